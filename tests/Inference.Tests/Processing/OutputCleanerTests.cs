using Pipeline.Inference.Processing;

namespace Pipeline.Inference.Tests.Processing;

public sealed class OutputCleanerTests
{
    [Theory]
    [InlineData("电梯停运，请维修。</s>", "电梯停运，请维修。")]
    [InlineData("<|im_start|>电梯停运<|im_end|>", "电梯停运")]
    [InlineData("摘要：电梯停运", "电梯停运")]
    [InlineData("【摘要】电梯停运【/摘要】", "电梯停运")]
    [InlineData("电梯停运【/摘要】【摘要】另一篇", "电梯停运")]
    [InlineData("请概括以下内容,必须写明原因:\n电梯停运", "电梯停运")]
    [InlineData("“电梯停运”", "电梯停运")]
    [InlineData("“电梯”和“门禁”", "“电梯”和“门禁”")]
    [InlineData("<think>先看看\n再说</think>\n电梯停运", "电梯停运")]
    [InlineData("1. 电梯停运\n2. 门禁损坏", "电梯停运；门禁损坏")]
    [InlineData("5.5元涨到6元", "5.5元涨到6元")]
    [InlineData("电梯停运，", "电梯停运")]
    [InlineData("电梯停运（3号楼", "电梯停运3号楼")]
    [InlineData("电梯停运\uFFFD", "电梯停运")]
    [InlineData("Summary: The lift is down.", "The lift is down.")]
    [InlineData("  \n ", "")]
    [InlineData("[GEN]</s>", "")]
    public void Only_the_summary_is_left(string raw, string expected) =>
        Assert.Equal(new CleanText(expected, false, false), new OutputCleaner(BuiltInPrompts.Anchor.Lines()).Clean(raw, endedByLength: false));

    [Fact]
    public void A_short_line_of_the_prompt_counts_at_the_start_of_a_line_only()
    {
        var cleaner = new OutputCleaner(BuiltInPrompts.SeqGpt.Lines());
        Assert.Equal("电梯停运", cleaner.Clean("电梯停运\n输入: 另一篇\n抽取: 摘要", false).Text);
        Assert.Equal("请在框里输入: 姓名", cleaner.Clean("请在框里输入: 姓名", false).Text);
    }

    [Theory]
    [InlineData("电梯停运，电梯停运，电梯停运，请维修", "电梯停运，请维修")]
    [InlineData("电梯停运\n电梯停运\n请维修", "电梯停运；请维修")]
    [InlineData("故障故障故障故障故障", "故障")]
    public void What_was_said_is_not_said_again(string raw, string expected) =>
        Assert.Equal(new CleanText(expected, false, true), new OutputCleaner([]).Clean(raw, false));

    [Theory]
    [InlineData("来电12121212，户号11111111")]
    [InlineData("哈哈，哈哈，真好")]
    public void Numbers_and_short_words_may_repeat(string text) => Assert.Equal(new CleanText(text, false, false), new OutputCleaner([]).Clean(text, false));

    [Theory]
    [InlineData("3号楼电梯停运三天。物业，也没有", "3号楼电梯停运三天。", true)]
    [InlineData("电梯停运三天，物业没有公示，也没", "电梯停运三天，物业没有公示", true)]
    [InlineData("电梯停运三天后物业仍然没有", "电梯停运三天后物业仍然没有", false)]
    [InlineData("好。电梯停运三天后物业仍然没有公示", "好。电梯停运三天后物业仍然没有公示", false)]
    [InlineData("电梯停运三天。", "电梯停运三天。", false)]
    public void An_end_that_the_length_limit_cut_is_removed_where_enough_is_left(string raw, string expected, bool wasCut) =>
        Assert.Equal(new CleanText(expected, wasCut, false), new OutputCleaner([]).Clean(raw, endedByLength: true));
}
