using Pipeline.TextMetrics.Clauses;

namespace Pipeline.TextMetrics.Tests.Clauses;

public sealed class CauseClausesTests
{
    private const string Source = "财务楼打印机一直卡纸。判断是上周换的墨盒型号不对，请更换。";

    [Theory]
    [InlineData(Source, true)]
    [InlineData("The label printer stopped because the ribbon was worn out.", true)]
    [InlineData("财务楼打印机一直卡纸，请更换。", false)]
    public void A_cause_is_seen_by_its_words(string text, bool expected) => Assert.Equal(expected, With(text, CauseClauses.Any));

    [Theory]
    [InlineData("财务楼打印机因墨盒型号不对卡纸", true)]
    [InlineData("打印机卡纸，原因是墨盒", true)]
    [InlineData("财务楼打印机一直卡纸，请更换", false)]
    public void A_summary_tells_it_by_a_cause_of_its_own_or_by_the_same_words(string summary, bool expected) =>
        Assert.Equal(expected, With(Source, source => CauseClauses.IsTold(source, summary)));

    private static bool With(string text, Func<SourceText, bool> ask)
    {
        using var source = new SourceText(text, splitLists: false);
        return ask(source);
    }
}
