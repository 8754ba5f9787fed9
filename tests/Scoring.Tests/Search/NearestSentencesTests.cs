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
        Assert.Equal(["请尽快回复。"], NearestSentences.Find("什么时候回复", s_sources));
    }

    [Fact]
    public void At_most_three_are_taken_each_once_and_none_that_is_far_behind()
    {
        var found = NearestSentences.Find("停车费", [.. s_sources, .. s_sources, "停车费太贵。停车费怎么交？停车费发票没有给。停车费可以退吗？"]);

        Assert.Equal(3, found.Count);
        Assert.Equal(3, found.Distinct().Count());
        Assert.DoesNotContain(found, sentence => sentence.Contains("电梯", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("电梯停运，请修", "电梯停运，请修。")]
    [InlineData("电梯停了5%", "电梯停了5%.")]
    [InlineData("电梯停了（三楼）", "电梯停了（三楼）。")]
    [InlineData("他说：“电梯停了。”请尽快修。", "他说：“电梯停了。”")]
    [InlineData("The elevator stopped\nCall us", "The elevator stopped.")]
    [InlineData("电梯停了，\n请修", "电梯停了。")]
    public void Each_has_a_mark_at_its_end_and_what_closes_a_quotation(string source, string sentence) =>
        Assert.Equal(sentence, NearestSentences.Find("电梯 elevator", [source])[0]);

    [Fact]
    public void A_text_without_full_stops_is_cut_at_commas()
    {
        var text = string.Join('，', Enumerable.Repeat("三楼的灯坏了一个多月没有人来修", 20)) + "，电梯也停运";

        Assert.InRange(NearestSentences.Find("电梯停运", [text])[0].Length, 5, 130);
    }

    [Fact]
    public void A_character_that_every_text_has_is_no_word_in_common() =>
        Assert.Empty(NearestSentences.Find("电脑打不开的原因", ["主机无法启动，市民的诉求是请人来检查"]));

    [Theory]
    [InlineData("红烧肉怎么做")]
    [InlineData("？")]
    public void Without_a_common_word_there_is_none(string question) => Assert.Empty(NearestSentences.Find(question, s_sources));
}
