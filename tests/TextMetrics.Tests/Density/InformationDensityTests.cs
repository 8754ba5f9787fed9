using Pipeline.TextMetrics.Density;

namespace Pipeline.TextMetrics.Tests.Density;

public sealed class InformationDensityTests
{
    private const string Source = "3号楼2024年5月6日14:30停电，影响27户居民。检查发现配电箱跳闸，更换断路器后恢复供电。已经回访用户。";

    [Fact]
    public void Different_facts_and_content_words_that_the_source_has_count_once()
    {
        // 停电, 配电箱, 断路器, and 27户; again they are nothing new.
        var once = InformationDensity.Of("停电影响27户，更换断路器", Source);
        var twice = InformationDensity.Of("停电影响27户，更换断路器。停电影响27户，更换断路器", Source);

        Assert.Equal((once.Facts, once.Words), (twice.Facts, twice.Words));
        Assert.Equal(1, once.Facts);
        Assert.Equal(4, once.Words);
        Assert.Equal(13, once.Length);
        Assert.Equal(100.0 * 5 / 13, once.Per100!.Value, 9);
    }

    [Theory]
    [InlineData("停电影响99户", "停电影响27户")]
    [InlineData("水管破裂影响27户", "停电影响27户")]
    [InlineData("我们已经因为停电影响27户", "停电影响27户")]
    [InlineData("停电影响27户了的呢啊", "停电影响27户")]
    public void What_is_invented_or_empty_makes_a_summary_less_dense(string less, string more) =>
        Assert.True(InformationDensity.Of(less, Source).Per100 < InformationDensity.Of(more, Source).Per100);

    [Fact]
    public void English_words_are_whole_words_without_those_that_carry_a_sentence()
    {
        var density = InformationDensity.Of("The printer was out of toner and art", "Printer on floor 3 ran out of toner and was started again");

        // printer, toner; "art" stands in "started" only as a part.
        Assert.Equal((0, 3), (density.Facts, density.Words));
    }

    [Theory]
    [InlineData("", Source, null)]
    [InlineData(" \n　", Source, null)]
    [InlineData("停电", "", 0.0)]
    [InlineData("。。。", Source, 0.0)]
    [InlineData("\ud800", "\ud800", 0.0)]
    public void Odd_texts_have_a_density_or_none_and_never_an_exception(string summary, string source, double? expected) =>
        Assert.Equal(expected, InformationDensity.Of(summary, source).Per100);
}
