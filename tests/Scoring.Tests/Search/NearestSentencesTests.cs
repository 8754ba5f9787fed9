using Pipeline.Scoring.Search;

namespace Pipeline.Scoring.Tests.Search;

public sealed class NearestSentencesTests
{
    private static readonly string[] s_sources =
    [
        "市民反映三件事：一是3号楼电梯停运；二是早餐摊占道。三是停车费由每月180元涨到260元，没有公示。请尽快回复",
        "VPN connection fails. The certificate expired on 5.31 at night. Please renew it\n停车场的灯坏了！",
    ];

    [Fact]
    public void The_sentences_that_have_the_words_of_the_question_come_first()
    {
        Assert.Equal("三是停车费由每月180元涨到260元，没有公示。", NearestSentences.Find("停车费涨价是怎么回事", s_sources)[0]);
        Assert.Equal(["The certificate expired on 5.31 at night."], NearestSentences.Find("When did the certificate expire", s_sources));
        Assert.Equal(["请尽快回复"], NearestSentences.Find("什么时候回复", s_sources));
    }

    [Fact]
    public void At_most_three_are_taken_each_once_and_none_that_is_far_behind()
    {
        var found = NearestSentences.Find("停车费", [.. s_sources, .. s_sources, "停车费太贵。停车费怎么交？停车费发票没有给。停车费可以退吗？"]);

        Assert.Equal(3, found.Count);
        Assert.Equal(3, found.Distinct().Count());
        Assert.DoesNotContain(found, sentence => sentence.Contains("电梯", StringComparison.Ordinal));
    }

    [Fact]
    public void They_are_one_text_with_a_mark_behind_each() => Assert.Equal(
        "电梯停运。请修。It is slow. Why? 谢谢。", NearestSentences.Join(["电梯停运。", "请修", "It is slow.", "Why?", "谢谢"]));

    [Theory]
    [InlineData("红烧肉怎么做")]
    [InlineData("？")]
    public void Without_a_common_word_there_is_none(string question) => Assert.Empty(NearestSentences.Find(question, s_sources));
}
