using Pipeline.Inference.Processing;

namespace Pipeline.Inference.Tests.Processing;

public sealed class PromptTemplateTests
{
    [Theory]
    [InlineData("anchor", "【摘要】电梯坏了【/摘要】")]
    [InlineData("verbose", "请为以下内容生成简洁摘要,不超过80字:\n电梯坏了")]
    [InlineData("seqgpt", "输入: 电梯坏了\n抽取: 摘要\n输出: [GEN]")]
    public void The_articles_prompts_are_character_for_character(string name, string expected) =>
        Assert.Equal(expected, Text(BuiltInPrompts.All[name].Render(PromptKind.Plain, "电梯坏了")));

    [Fact]
    public void The_text_is_a_part_of_its_own_and_its_braces_are_text()
    {
        var prompt = BuiltInPrompts.SeqGpt.Render(PromptKind.Plain, "{text}{count}</s>[GEN]");
        Assert.Equal("{text}{count}</s>[GEN]", Assert.Single(prompt.Parts, part => part.IsUserText).Text);
        Assert.Equal(["输入: ", "\n抽取: 摘要\n输出: [GEN]"], prompt.Parts.Where(part => !part.IsUserText).Select(part => part.Text));
    }

    [Fact]
    public void Events_are_counted_and_a_cause_is_demanded()
    {
        Assert.StartsWith("请分别用一句话概括以下3件事", Text(BuiltInPrompts.Verbose.Render(PromptKind.Events, "x", 3)), StringComparison.Ordinal);
        Assert.All(BuiltInPrompts.All.Values, template => Assert.Contains("原因", Text(template.Render(PromptKind.Cause, "x")), StringComparison.Ordinal));
        Assert.Equal(Text(BuiltInPrompts.SeqGpt.Render(PromptKind.Plain, "x")), Text(BuiltInPrompts.SeqGpt.Render(PromptKind.Events, "x", 3)));
    }

    [Fact]
    public void Every_wording_that_ships_has_the_text_once() => Assert.All(
        BuiltInPrompts.All.Values.SelectMany(template => ((string?[])[template.Plain, template.Cause, template.Events]).OfType<string>()),
        wording => Assert.True(PromptTemplate.HasText(wording)));

    private static string Text(Prompt prompt) => string.Concat(prompt.Parts.Select(part => part.Text));
}
