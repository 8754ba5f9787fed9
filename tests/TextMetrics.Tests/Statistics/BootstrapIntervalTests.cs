using Pipeline.TextMetrics.Statistics;

namespace Pipeline.TextMetrics.Tests.Statistics;

public sealed class BootstrapIntervalTests
{
    [Fact]
    public void The_interval_is_that_of_normal_theory_for_many_values()
    {
        var values = Enumerable.Range(0, 10_000).Select(i => i % 100 / 99.0).ToArray();
        var interval = BootstrapInterval.OfMean(values)!.Value;

        // The standard error is 0.2916 / 100.
        Assert.Equal(0.5, interval.Mean, 1e-9);
        Assert.Equal(0.5 - 1.96 * 0.002916, interval.Low, 5e-4);
        Assert.Equal(0.5 + 1.96 * 0.002916, interval.High, 5e-4);
    }

    [Fact]
    public void The_same_seed_gives_the_same_interval_and_another_seed_another()
    {
        double[] values = [0.1, 0.4, 0.35, 0.8, 0.62, 0.5, 0.44];

        Assert.Equal(BootstrapInterval.OfMean(values), BootstrapInterval.OfMean(values));
        Assert.NotEqual(BootstrapInterval.OfMean(values, seed: 1), BootstrapInterval.OfMean(values, seed: 2));
    }

    // The published anchor of google-research/rouge: scores 1/2, 0, 1 at 0.9 give 1/6 and 5/6.
    [Fact]
    public void Three_scores_give_the_published_bounds()
    {
        var interval = BootstrapInterval.OfMean([0.5, 0, 1], confidence: 0.9)!.Value;

        Assert.Equal(1 / 6.0, interval.Low, 1e-9);
        Assert.Equal(5 / 6.0, interval.High, 1e-9);
    }

    [Fact]
    public void No_values_have_no_interval_and_one_value_is_its_own()
    {
        Assert.Null(BootstrapInterval.OfMean([]));
        Assert.Equal(new ConfidenceInterval(0.3, 0.3, 0.3), BootstrapInterval.OfMean([0.3]));
    }

    [Fact]
    public void A_value_that_is_not_finite_is_refused() =>
        Assert.Throws<ArgumentException>(() => BootstrapInterval.OfMean([0.1, double.NaN]));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.5, 2.5)]
    [InlineData(0.9, 3.7)]
    [InlineData(1, 4)]
    public void Quantiles_interpolate_between_neighbours(double quantile, double expected) =>
        Assert.Equal(expected, Resampling.Quantile([1, 2, 3, 4], quantile), 1e-12);
}
