using Pipeline.TextMetrics.Statistics;

namespace Pipeline.TextMetrics.Tests.Statistics;

public sealed class SampleSizeTests
{
    // (1.959964 + 0.841621)^2 = 7.8489: standard textbook numbers.
    [Theory]
    [InlineData(0.1, 0.05, 32)]
    [InlineData(0.1, 0.01, 785)]
    [InlineData(0.001, 0.01, PairedTest.MinimumCount)]
    public void Pairs_grow_with_the_square_of_deviation_over_difference(double deviation, double difference, int expected) =>
        Assert.Equal(expected, SampleSize.ForPairs(deviation, difference));

    [Fact]
    public void Two_samples_need_both_variances() => Assert.Equal(63, SampleSize.ForEachSample(0.1, 0.1, 0.05));

    [Fact]
    public void A_difference_of_nothing_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SampleSize.ForPairs(0.1, 0));
}
