using Pipeline.TextMetrics.Statistics;

namespace Pipeline.TextMetrics.Tests.Statistics;

public sealed class QuantileSampleSizeTests
{
    // The classic values of Wilks' formula.
    [Theory]
    [InlineData(0.05, 0.95, 59)]
    [InlineData(0.01, 0.95, 299)]
    [InlineData(0.05, 0.99, 90)]
    [InlineData(0.10, 0.90, 22)]
    public void The_published_values_come_out(double share, double confidence, int samples) =>
        Assert.Equal(samples, QuantileSampleSize.For(share, confidence));

    [Theory]
    [InlineData(0, 0.95)]
    [InlineData(1, 0.95)]
    [InlineData(0.05, 1)]
    [InlineData(double.NaN, 0.95)]
    public void A_share_or_confidence_that_is_none_is_refused(double share, double confidence) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => QuantileSampleSize.For(share, confidence));
}
