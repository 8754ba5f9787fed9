using System.Text.Json;
using Pipeline.TextMetrics.Statistics;

namespace Pipeline.TextMetrics.Tests.Statistics;

public sealed class PairedTestTests
{
    private const double Alpha = 0.05;

    public static TheoryData<string> Cases() =>
        [.. Vector().GetProperty("cases").EnumerateArray().Select(item => item.Text("name"))];

    // The vectors have 50,000 resamples; their tolerances are for 1,000, and 10,000 are drawn here.
    [Theory]
    [MemberData(nameof(Cases))]
    public void Deltas_intervals_p_and_counts_are_those_of_the_vectors(string name)
    {
        var vector = Vector().GetProperty("cases").EnumerateArray().Single(item => item.Text("name") == name);
        var expected = vector.GetProperty("expected");
        var compared = PairedTest.Compare(Numbers(vector, "a"), Numbers(vector, "b"));
        var interval = Numbers(expected, "delta_ci95_percentile");
        var standardError = expected.GetProperty("se_diff").GetDouble();

        Assert.Equal(expected.GetProperty("n").GetInt32(), compared.Count);
        Assert.Equal(expected.GetProperty("mean_a").GetDouble(), compared.MeanA, 1e-12);
        Assert.Equal(expected.GetProperty("mean_b").GetDouble(), compared.MeanB, 1e-12);
        Assert.Equal(expected.GetProperty("delta").GetDouble(), compared.Delta.Mean, 1e-12);
        Assert.Equal(standardError, compared.StandardDeviation / Math.Sqrt(compared.Count), 1e-9);
        Assert.Equal(interval[0], compared.Delta.Low, 0.15 * standardError);
        Assert.Equal(interval[1], compared.Delta.High, 0.15 * standardError);
        AssertP(expected.GetProperty("p_paired_bs_shift").GetDouble(), compared.BootstrapP);
        AssertP(expected.GetProperty("p_paired_ar_ge").GetDouble(), compared.RandomizationP);
        Assert.Equal(expected.GetProperty("wins").GetInt32(), compared.Wins);
        Assert.Equal(expected.GetProperty("losses").GetInt32(), compared.Losses);
        Assert.Equal(expected.GetProperty("ties").GetInt32(), compared.Ties);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(65)]
    public void Identical_systems_have_p_1_exactly(int count)
    {
        var scores = Enumerable.Range(0, count).Select(i => 0.1 * i).ToArray();
        var compared = PairedTest.Compare(scores, scores);

        Assert.Equal((1.0, 1.0, count), (compared.BootstrapP, compared.RandomizationP, compared.Ties));
        Assert.Equal(new ConfidenceInterval(0, 0, 0), compared.Delta);
    }

    // Without a floor three equal differences would convince the bootstrap.
    [Fact]
    public void A_handful_of_pairs_is_never_significant()
    {
        var compared = PairedTest.Compare([0.1, 0.2, 0.3], [0.2, 0.3, 0.4]);

        Assert.True(compared.BootstrapP < Alpha);
        Assert.True(compared.P > Alpha);
    }

    [Fact]
    public void The_same_seed_gives_the_same_numbers_with_and_without_threads()
    {
        var random = new Random(7);
        var a = Enumerable.Range(0, 3000).Select(_ => random.NextDouble()).ToArray();
        var b = a.Select(value => value + 0.02 * random.NextDouble() - 0.0101).ToArray();

        Assert.Equal(PairedTest.Compare(a, b), PairedTest.Compare(a, b));
        Assert.NotEqual(PairedTest.Compare(a, b, seed: 1).P, PairedTest.Compare(a, b, seed: 2).P);
    }

    [Fact]
    public void Scores_that_can_not_be_compared_are_refused()
    {
        var lengths = Assert.Throws<ArgumentException>(() => PairedTest.Compare([0.1], [0.1, 0.2]));
        Assert.Contains("A has 1 scores and B 2", lengths.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => PairedTest.Compare([], []));
        Assert.Throws<ArgumentException>(() => PairedTest.Compare([0.1, double.NaN], [0.1, 0.2]));
    }

    // 2,000 experiments without a difference: the share of false findings has a standard error of 0.005.
    [Theory]
    [InlineData(30)]
    [InlineData(100)]
    public void Without_a_difference_5_in_100_are_significant(int count)
    {
        var rejected = Rejections(2000, count, difference: 0, seed: count);

        Assert.InRange(rejected.Bootstrap, 0.03, 0.07);
        Assert.InRange(rejected.Randomization, 0.03, 0.07);
        Assert.InRange(rejected.Both, 0.03, 0.07);
    }

    // Normal theory: a difference of 0.28 standard deviations on 100 pairs is found in 80 of 100 experiments.
    [Fact]
    public void A_difference_is_found_as_often_as_the_sample_size_promises()
    {
        const double Difference = 0.28 * PairDeviation;

        Assert.Equal(101, SampleSize.ForPairs(PairDeviation, Difference));
        Assert.InRange(Rejections(1000, 101, Difference, seed: 5).Both, 0.75, 0.85);
    }

    private const double PairDeviation = 0.1;

    private static (double Bootstrap, double Randomization, double Both) Rejections(int experiments, int count, double difference, int seed)
    {
        var (bootstrap, randomization, both) = (0, 0, 0);
        Parallel.For(0, experiments, experiment =>
        {
            var random = new Random(seed * 100_000 + experiment);
            var a = new double[count];
            var b = new double[count];
            for (var i = 0; i < count; i++)
            {
                a[i] = random.NextDouble();
                b[i] = a[i] + difference + PairDeviation * Normal(random);
            }

            var compared = PairedTest.Compare(a, b, resamples: 500, seed: experiment);
            Count(ref bootstrap, compared.BootstrapP);
            Count(ref randomization, compared.RandomizationP);
            Count(ref both, compared.P);
        });
        return (bootstrap / (double)experiments, randomization / (double)experiments, both / (double)experiments);

        static void Count(ref int rejections, double p)
        {
            if (p <= Alpha)
            {
                Interlocked.Increment(ref rejections);
            }
        }
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static void AssertP(double expected, double actual) => Assert.Equal(expected, actual, expected < 0.1 ? 0.015 : 0.04);

    private static double[] Numbers(JsonElement element, string property) =>
        [.. element.GetProperty(property).EnumerateArray().Select(item => item.GetDouble())];

    private static JsonElement Vector() => JsonDocument.Parse(File.ReadAllText(Vectors.PathOf("significance-dev.json"))).RootElement;
}
