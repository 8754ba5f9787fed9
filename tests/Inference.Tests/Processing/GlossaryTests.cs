using Pipeline.Inference.Processing;

namespace Pipeline.Inference.Tests.Processing;

public sealed class GlossaryTests
{
    private static readonly Glossary _glossary = new([new("Transformer", ["变压器", "转换器"]), new("OA", []), new("门慢", ["门诊慢性病"])]);

    [Theory]
    [InlineData("Transformer模型训练中断", "变压器模型训练中断", "Transformer模型训练中断")]
    [InlineData("Transformer模型训练中断", "TRANSFORMER模型训练中断", "Transformer模型训练中断")]
    [InlineData("Transformer模型训练中断", "ｔransformer训练中断", "Transformer训练中断")]
    [InlineData("OA登录失败", "oa登录失败，oa已停用", "OA登录失败，OA已停用")]
    public void A_form_that_is_not_the_sources_is_put_right(string source, string summary, string expected)
    {
        var (repaired, flags) = _glossary.Apply(source, summary);
        Assert.Equal(expected, repaired);
        Assert.Equal([SummaryFlags.TermRepaired], flags);
    }

    [Theory]
    [InlineData("Transformer训练中断", "Transformer中断")] // right already
    [InlineData("二号变压器异响", "变压器异响")] // not this term
    [InlineData("Transformer与变压器是两件事", "Transformer与变压器")] // the source has both
    [InlineData("OAuth登录失败", "oauth失败")] // another word
    [InlineData("门慢待遇未恢复，oa与OA均无法登录", "门慢未恢复，oa、OA无法登录")]
    public void What_the_source_has_stays(string source, string summary)
    {
        var (same, flags) = _glossary.Apply(source, summary);
        Assert.Equal(summary, same);
        Assert.Empty(flags);
    }

    [Fact]
    public void A_term_that_the_summary_lost_is_flagged()
    {
        var (same, flags) = _glossary.Apply("Transformer训练中断", "训练中断");
        Assert.Equal("训练中断", same);
        Assert.Equal([SummaryFlags.TermMissing], flags);
    }

    [Fact]
    public void The_canonical_form_is_read_back()
    {
        var glossary = Glossary.Parse("""[{"term":"Transformer","not":["变压器"]}]""");
        Assert.Equal("Transformer", glossary.Apply("Transformer", "变压器").Summary);
        Assert.Equal("变压器", Glossary.Parse("").Apply("Transformer", "变压器").Summary);
        Assert.Throws<FormatException>(() => Glossary.Parse("""["Transformer"]"""));
    }
}
