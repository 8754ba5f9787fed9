using Pipeline.TextMetrics.Statistics;

namespace Pipeline.TextMetrics.Tests.Statistics;

public sealed class HolmCorrectionTests
{
    // R: p.adjust(c(0.04, 0.01, 0.03, 0.005), "holm") gives 0.06 0.03 0.06 0.02.
    [Fact]
    public void Adjusted_p_are_those_of_R_in_the_order_given()
    {
        var adjusted = HolmCorrection.Adjust([0.04, 0.01, 0.03, 0.005]);

        Assert.Equal([0.06, 0.03, 0.06, 0.02], adjusted.Select(p => Math.Round(p, 12)));
    }

    [Fact]
    public void They_never_exceed_1_and_a_single_test_stays_as_it_is()
    {
        Assert.Equal([1, 1], HolmCorrection.Adjust([0.6, 0.9]));
        Assert.Equal([0.02], HolmCorrection.Adjust([0.02]));
        Assert.Empty(HolmCorrection.Adjust([]));
    }
}
