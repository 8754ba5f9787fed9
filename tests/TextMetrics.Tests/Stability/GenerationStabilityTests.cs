using Pipeline.TextMetrics.Stability;

namespace Pipeline.TextMetrics.Tests.Stability;

public sealed class GenerationStabilityTests
{
    private const double Limit = 0.03;

    [Fact]
    public void The_deviation_of_a_text_divides_by_one_less_than_its_generations()
    {
        Assert.Equal(Math.Sqrt(0.01 / 4), GenerationStability.Deviation([0.35, 0.35, 0.4, 0.45, 0.45]), 15);
        Assert.Equal(0, GenerationStability.Deviation([0.7, 0.7, 0.7]));
        Assert.Equal(Math.Sqrt(0.5), GenerationStability.Deviation([0, 1]), 15);
        Assert.Throws<ArgumentException>(() => GenerationStability.Deviation([0.5]));
    }

    [Fact]
    public void The_pooled_deviation_is_the_root_of_the_mean_square()
    {
        var pooled = GenerationStability.Pooled([0.03, 0.04, 0.0])!.Value;

        Assert.Equal(Math.Sqrt((0.0009 + 0.0016) / 3), pooled.Mean, 15);
        Assert.InRange(pooled.Low, 0, pooled.Mean);
        Assert.InRange(pooled.High, pooled.Mean, 0.04);
        Assert.Null(GenerationStability.Pooled([]));
    }

    // One text by itself passes 0.03 in 21.8 % of the cases at a true deviation of 0.025 and in 40.6 % at 0.030 (chi-square, 4 degrees of
    // freedom). The pooled judgement does so in next to none, and finds a true 0.045 nearly always.
    [Theory]
    [InlineData(0.025, 0, 0.01, 0.19, 0.25)]
    [InlineData(0.030, 0, 0.05, 0.37, 0.44)]
    [InlineData(0.045, 0.97, 1, 0.75, 0.85)]
    public void The_pooled_deviation_alarms_where_single_texts_alarm_by_chance(
        double sigma, double least, double most, double leastSingle, double mostSingle)
    {
        const int Simulations = 400;
        const int Texts = 50;
        const int Generations = 5;
        var random = new Random(20261125);
        int alarms = 0, singles = 0;
        for (var i = 0; i < Simulations; i++)
        {
            var deviations = Enumerable.Range(0, Texts)
                .Select(_ => GenerationStability.Deviation([.. Enumerable.Range(0, Generations).Select(_ => 0.5 + (sigma * Normal(random)))])).ToList();
            alarms += GenerationStability.Pooled(deviations)!.Value.Low > Limit ? 1 : 0;
            singles += deviations.Count(deviation => deviation > Limit);
        }

        Assert.InRange(alarms / (double)Simulations, least, most);
        Assert.InRange(singles / (double)(Simulations * Texts), leastSingle, mostSingle);
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
