using Pipeline.Inference.Processing;

namespace Pipeline.Inference.Tests.Processing;

public sealed class HeadTailCutTests
{
    [Fact]
    public void A_text_within_the_budget_is_left_alone()
    {
        var cut = Cut("电梯停运了", 5, 0.5);
        Assert.Equal(("电梯停运了", 5, 5, false), (cut.Text, cut.ReadTokens, cut.SourceTokens, cut.IsCut));
    }

    [Theory]
    [InlineData(0.5, "电梯停…快修好")]
    [InlineData(1.0, "电梯停运，请…")]
    [InlineData(0.0, "…你们尽快修好")]
    public void Head_and_tail_are_kept_by_their_share(double headShare, string expected)
    {
        var cut = Cut("电梯停运，请你们尽快修好", 6, headShare);
        Assert.Equal((expected, 6, 12, true), (cut.Text, cut.ReadTokens, cut.SourceTokens, cut.IsCut));
    }

    [Fact]
    public void A_number_at_the_cut_goes_as_a_whole()
    {
        // Ten tokens for each side: the head would end inside 26,400元 and the tail begin inside 5月15日.
        var cut = Cut("班组长一共欠我们26,400元工钱至今没给，答应了又拖，说要到5月15日才发，请协调", 20, 0.5);
        Assert.Equal("班组长一共欠我们…才发，请协调", cut.Text);
        Assert.Equal(14, cut.ReadTokens);
    }

    [Fact]
    public void A_character_is_never_split()
    {
        const string Family = "👨‍👩‍👧";
        for (var budget = 0; budget < 40; budget++)
        {
            var cut = Cut(string.Concat(Enumerable.Repeat(Family + "é", 6)), budget, 0.5);
            Assert.Empty(cut.Text.Replace(Family, "", StringComparison.Ordinal).Replace("é", "", StringComparison.Ordinal).Trim('…'));
        }
    }

    [Fact]
    public void One_endless_word_is_cut_at_a_character()
    {
        var cut = Cut(new string('a', 1000), 100, 0.7);
        Assert.Equal(100, cut.ReadTokens, 32.0);
        Assert.InRange(cut.Text.Length, 60, 101);
    }

    [Fact]
    public void Any_text_and_budget_keep_a_head_and_a_tail_of_the_text()
    {
        foreach (var (text, round) in RandomTexts.Make(500, seed: 7).Select((text, round) => (text, round)))
        {
            var budget = text.Length * (round % 10) / 10;
            var cut = Cut(text, budget, round % 7 / 6.0);
            Assert.InRange(cut.ReadTokens, 0, budget);
            var gaps = Enumerable.Range(0, cut.Text.Length).Where(at => cut.Text[at] == '…');
            Assert.Contains(gaps, at => text.StartsWith(cut.Text[..at], StringComparison.Ordinal) && text.EndsWith(cut.Text[(at + 1)..], StringComparison.Ordinal));
        }
    }

    private static TextCut Cut(string text, int budget, double headShare) =>
        HeadTailCut.Cut(text, CharacterTokens.Of(text), budget, headShare);
}
