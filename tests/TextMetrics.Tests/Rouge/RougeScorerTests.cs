using Pipeline.TextMetrics.Rouge;
using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.TextMetrics.Tests.Rouge;

public sealed class RougeScorerTests
{
    private static readonly RougeScorer Char = new(Tokenizers.Get("char"));

    [Fact]
    public void The_example_of_the_paper_counts_the_union_of_both_lines()
    {
        var scores = new RougeScorer(Tokenizers.Get("word-en")).Score("w1 w2 w6 w7 w8\nw1 w3 w8 w9 w5", "w1 w2 w3 w4 w5");

        Assert.Equal(0.8, scores.RougeLsum.Recall, 1e-12);
        Assert.Equal(0.4, scores.RougeLsum.Precision, 1e-12);
        Assert.Equal(0.5333, scores.RougeLsum.F, 1e-4);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("", "打印机卡纸")]
    [InlineData("打印机卡纸", "")]
    [InlineData("。。。", "。。。")]
    [InlineData("\n\n", "\n")]
    public void A_text_without_tokens_scores_zero_and_says_so(string candidate, string reference)
    {
        var scores = Char.Score(candidate, reference);

        Assert.True(scores.HasNoTokens);
        Assert.All([scores.Rouge1, scores.Rouge2, scores.RougeL, scores.RougeLsum], score => Assert.Equal(0, score.F));
        Assert.All([scores.Rouge1, scores.Rouge2, scores.RougeL, scores.RougeLsum], score => Assert.Equal(0, score.Recall));
    }

    [Fact]
    public void One_token_has_no_bigrams()
    {
        var scores = Char.Score("纸", "纸");

        Assert.Equal(1, scores.Rouge1.F);
        Assert.Equal(new RougeCounts(0, 0, 0), scores.Rouge2.Counts);
    }

    [Fact]
    public void Each_score_takes_its_own_best_reference_and_the_first_on_a_tie()
    {
        var scores = Char.Score("甲乙丙丁", ["丁丙乙甲", "甲乙", "丙丁"]);

        Assert.Equal(new RougeCounts(4, 4, 4), scores.Rouge1.Counts);
        Assert.Equal(new RougeCounts(1, 3, 1), scores.Rouge2.Counts);
        Assert.Equal(Char.Score("甲乙丙丁", "甲乙").RougeL, scores.RougeL);
    }

    [Fact]
    public void A_candidate_without_references_is_refused() =>
        Assert.Throws<ArgumentException>(() => Char.Score("甲", []));

    [Fact]
    public void The_signature_names_everything_that_decides_a_score()
    {
        Assert.Equal("rouge|tok:char-1|stem:no|lsum:newline|multi:best-f|alpha:0.5|v:1", Char.Signature.ToString());
        Assert.Contains("stem:porter", new RougeScorer(Tokenizers.Get("word-en-stem")).Signature.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Scores_are_bounded_symmetric_and_one_for_equal_texts(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 1000; i++)
        {
            var (a, b) = (RandomText(random), RandomText(random));
            var (forward, backward) = (Char.Score(a, b), Char.Score(b, a));

            // The union of summary-level ROUGE-L is taken along the reference, so only the other three are symmetric.
            Assert.Equal(forward.Rouge1.F, backward.Rouge1.F, 1e-12);
            Assert.Equal(forward.Rouge2.F, backward.Rouge2.F, 1e-12);
            Assert.Equal(forward.RougeL.F, backward.RougeL.F, 1e-12);
            Assert.All(
                [forward.Rouge1, forward.Rouge2, forward.RougeL, forward.RougeLsum],
                score => Assert.True(score is { F: >= 0 and <= 1, Precision: >= 0 and <= 1, Recall: >= 0 and <= 1 }));
            Assert.True(forward.RougeL.Counts.Hits <= forward.Rouge1.Counts.Hits);
            Assert.True(forward.RougeLsum.Counts.Hits <= forward.Rouge1.Counts.Hits);

            var same = Char.Score(a, a);
            Assert.All([same.Rouge1, same.RougeL, same.RougeLsum], score => Assert.Equal(same.HasNoTokens ? 0 : 1, score.F));
        }
    }

    [Fact]
    public void One_scorer_serves_many_threads()
    {
        var random = new Random(11);
        var pairs = Enumerable.Range(0, 500).Select(_ => (RandomText(random), RandomText(random))).ToArray();
        var expected = pairs.Select(pair => Char.Score(pair.Item1, pair.Item2)).ToArray();

        var actual = new RougeScores[pairs.Length];
        Parallel.For(0, pairs.Length, i => actual[i] = Char.Score(pairs[i].Item1, pairs[i].Item2));

        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Two_thousand_characters_on_each_side_are_scored_even_in_a_small_stack()
    {
        var random = new Random(3);
        var texts = Enumerable.Range(0, 2)
            .Select(_ => string.Concat(Enumerable.Range(0, 2000).Select(i => i % 100 == 99 ? '\n' : (char)random.Next(0x4E00, 0x4E40))))
            .ToArray();
        RougeScores scores = default;
        var thread = new Thread(() => scores = Char.Score(texts[0], texts[1]), maxStackSize: 128 * 1024);
        thread.Start();
        thread.Join();

        Assert.Equal(1980, scores.RougeL.Counts.Reference);
        Assert.InRange(scores.RougeL.Counts.Hits, 300, 1980);
        Assert.InRange(scores.RougeLsum.Counts.Hits, 300, 1980);
    }

    internal static string RandomText(Random random)
    {
        const string Alphabet = "甲乙丙丁𠀀ab 1。\n\n";
        var runes = Alphabet.EnumerateRunes().ToArray();
        return string.Concat(Enumerable.Range(0, random.Next(0, 150)).Select(_ => runes[random.Next(runes.Length)].ToString()));
    }
}
