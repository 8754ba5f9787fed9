using Pipeline.Ingest.Sources;
using static Pipeline.Ingest.Tests.Sources.Reading;

namespace Pipeline.Ingest.Tests.Sources;

public sealed class LcstsSourceTests
{
    private const string Part3 = """
        <doc id=0>
            <human_label>5</human_label>
            <summary>
                水厂检修期间供水不足
            </summary>
            <short_text>
                某水厂今起检修三天，R&D楼及<5层以下供水不足，请提前储水。
            </short_text>
        </doc>

        <doc id=1>
            <human_label>2</human_label>
            <summary>无关标题</summary>
            <short_text>公交12路改道。</short_text>
        </doc>
        """;

    [Fact]
    public async Task Text_reference_and_id_are_those_of_the_elements()
    {
        var records = await LcstsAsync(Part3);

        var first = records[0].Document();
        Assert.Equal((1, "0", "水厂检修期间供水不足"), (first.Line, first.Id, first.Reference));
        Assert.Equal("某水厂今起检修三天，R&D楼及<5层以下供水不足，请提前储水。", first.Text);
        Assert.Equal("公交12路改道。", records[1].Document().Text);
    }

    [Fact]
    public async Task Documents_below_the_wanted_label_are_left_out() =>
        Assert.Equal("0", Assert.Single(await LcstsAsync(Part3, new SourceOptions { MinScore = 3 })).Document().Id);

    [Theory]
    [InlineData("<doc id=7>\n<summary>甲</summary>\n</doc>", "short_text")]
    [InlineData("<doc id=7>\n<short_text>甲</short_text>\n", "</doc>")]
    public async Task A_broken_element_is_refused_with_the_reason(string input, string reason) =>
        Assert.Contains(reason, Assert.Single(await LcstsAsync(input)).Rejected().Reason, StringComparison.Ordinal);

    [Fact]
    public async Task An_element_without_label_is_refused_when_labels_count()
    {
        var rejected = Assert.Single(await LcstsAsync("<doc id=7>\n<short_text>甲</short_text>\n</doc>", new SourceOptions { MinScore = 3 })).Rejected();

        Assert.Equal("7", rejected.Id);
        Assert.Contains("human_label", rejected.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("id,text\n1,a\n", "is no LCSTS file")]
    public async Task Another_file_is_refused_as_a_whole(string input, string message) =>
        Assert.Contains(message, await ErrorAsync(() => LcstsAsync(input)), StringComparison.Ordinal);
}
