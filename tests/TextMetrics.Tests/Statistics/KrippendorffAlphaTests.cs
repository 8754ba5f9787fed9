using Pipeline.TextMetrics.Statistics;

namespace Pipeline.TextMetrics.Tests.Statistics;

public sealed class KrippendorffAlphaTests
{
    // Krippendorff 2011, the reliability data of four observers and twelve units; 0 stands for a missing value.
    private static readonly int[][] s_observers =
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    ];

    private static IEnumerable<IReadOnlyList<int>> Units =>
        Enumerable.Range(0, 12).Select(unit => s_observers.Select(observer => observer[unit]).Where(value => value > 0).ToList());

    [Fact]
    public void The_published_example_gives_the_published_alphas()
    {
        Assert.Equal(0.815, KrippendorffAlpha.Ordinal(Units)!.Value, 5e-4);
        Assert.Equal(0.849, KrippendorffAlpha.Interval(Units)!.Value, 5e-4);
    }

    [Fact]
    public void Full_agreement_is_1_and_contradiction_below_0()
    {
        Assert.Equal(1, KrippendorffAlpha.Ordinal([[1, 1], [4, 4], [5, 5]]));
        Assert.True(KrippendorffAlpha.Ordinal([[1, 5], [5, 1]]) < 0);
    }

    [Fact]
    public void Ratings_that_tell_nothing_have_no_alpha()
    {
        Assert.Null(KrippendorffAlpha.Ordinal([]));
        Assert.Null(KrippendorffAlpha.Ordinal([[3], [4]]));
        Assert.Null(KrippendorffAlpha.Interval([[3, 3], [3, 3]]));
    }
}
