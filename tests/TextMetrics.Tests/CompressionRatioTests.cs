namespace Pipeline.TextMetrics.Tests;

public sealed class CompressionRatioTests
{
    [Fact]
    public void Surrogate_pairs_count_once() => Assert.Equal(0.5, CompressionRatio.Of("𠀀", "𠀀字"));

    [Fact]
    public void An_empty_source_has_no_ratio() => Assert.Null(CompressionRatio.Of("字", ""));

    [Fact]
    public void An_empty_summary_keeps_nothing() => Assert.Equal(0, CompressionRatio.Of("", "字"));
}
