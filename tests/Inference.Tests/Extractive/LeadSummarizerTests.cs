using Pipeline.Inference.Recipes;

namespace Pipeline.Inference.Tests.Extractive;

public sealed class LeadSummarizerTests
{
    [Theory]
    [InlineData("电梯故障。请处理。", "电梯故障。")]
    [InlineData("  电梯故障\n请处理", "电梯故障\n")]
    [InlineData("Server down; call me", "Server down;")]
    [InlineData("一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三", "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十")]
    [InlineData("😀二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一", "😀二三四五六七八九十一二三四五六七八九十一二三四五六七八九十")]
    [InlineData("!!!VPN连不上！今晚要用", "VPN连不上！")]
    [InlineData("！！！\n——\n电梯停了", "电梯停了")]
    public async Task Takes_the_first_sentence_cut_to_thirty_code_points(string text, string expected)
    {
        var outcomes = await Outcomes.Of(EngineFactory.Baselines.CreateSummarizer(BuiltInRecipes.Lead), text);
        Assert.Equal(expected, outcomes[0].Value!.Text);
    }
}
