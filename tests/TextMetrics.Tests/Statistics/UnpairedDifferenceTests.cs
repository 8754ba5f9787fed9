using Pipeline.TextMetrics.Statistics;

namespace Pipeline.TextMetrics.Tests.Statistics;

public sealed class UnpairedDifferenceTests
{
    [Fact]
    public void The_difference_is_that_of_the_means_and_the_same_seed_gives_the_same_interval()
    {
        double[] before = [0.2, 0.4, 0.6], after = [0.5, 0.7];

        var interval = UnpairedDifference.Of(before, after)!.Value;

        Assert.Equal(0.2, interval.Mean, 15);
        Assert.InRange(interval.Low, -0.1001, 0.1);
        Assert.InRange(interval.High, 0.3, 0.5001);
        Assert.Equal(interval, UnpairedDifference.Of(before, after));
        Assert.Null(UnpairedDifference.Of([], after));
        Assert.Null(UnpairedDifference.Of(before, []));
        Assert.Throws<ArgumentException>(() => UnpairedDifference.Of(before, [double.NaN]));
    }

    [Fact]
    public void Constant_samples_have_an_interval_of_one_point() =>
        Assert.Equal(new ConfidenceInterval(-0.25, -0.25, -0.25), UnpairedDifference.Of([0.75, 0.75], [0.5, 0.5, 0.5]));

    [Fact]
    public void Samples_from_the_same_source_differ_in_about_one_case_of_twenty()
    {
        const int Simulations = 600;
        var random = new Random(7);
        var significant = Enumerable.Range(0, Simulations).Count(_ =>
            UnpairedDifference.Of(Draw(random, 60), Draw(random, 90))!.Value is { Low: > 0 } or { High: < 0 });

        Assert.InRange(significant / (double)Simulations, 0.03, 0.08);
    }

    private static double[] Draw(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() * random.NextDouble())];
}
