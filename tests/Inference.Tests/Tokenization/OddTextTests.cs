using System.Diagnostics;
using Pipeline.Inference.Tokenization;

namespace Pipeline.Inference.Tests.Tokenization;

public sealed class OddTextTests
{
    public static TheoryData<string> Names => TokenizerFixture.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void A_lone_surrogate_counts_as_the_replacement_character(string name)
    {
        var tokenizer = TokenizerFixture.Load(name);
        foreach (var text in (string[])["\uD83D", "\uDE00", "修\uD83D修", "\uDE00\uD83D", "a\uD83D\uD83D\uDE00", "\uD83D</s>[SEP]"])
        {
            var odd = tokenizer.Encode(text, SpecialTokens.Recognize, addSpecialTokens: true);
            var replaced = string.Concat(text.EnumerateRunes().Select(rune => rune.ToString()));

            Assert.Equal(tokenizer.Encode(replaced, SpecialTokens.Recognize, addSpecialTokens: true).Ids, odd.Ids);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_character_can_be_encoded(string name)
    {
        var tokenizer = TokenizerFixture.Load(name);
        for (var block = 0; block < 0x110000; block += 0x400)
        {
            var text = string.Concat(Enumerable.Range(block, 0x400).Select(point => point is >= 0xD800 and < 0xE000 ? ((char)point).ToString() : char.ConvertFromUtf32(point)));
            var tokens = tokenizer.Encode(text, SpecialTokens.Plain, addSpecialTokens: true);
            Assert.Equal(tokens.Ids.Length, tokens.Spans.Length);
            Assert.All(tokens.Ids, id => Assert.InRange(id, 0, tokenizer.VocabularySize - 1));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_megabyte_without_a_place_to_cut_takes_time_in_proportion(string name)
    {
        var tokenizer = TokenizerFixture.Load(name);
        string[] texts = [string.Concat(Enumerable.Repeat("电梯故障", 90_000)), .. ((string[])["a", " ", "\n", "\u0301", "<", "▁", "가", "\U0001F469\u200D"]).Select(Repeat)];
        foreach (var text in texts)
        {
            var watch = Stopwatch.StartNew();
            var tokens = tokenizer.Encode(text, SpecialTokens.Recognize, addSpecialTokens: false);

            // A quadratic step would need hours.
            Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromMinutes(1));
            Assert.All(tokens.Spans, span => Assert.InRange(span.End, 1, text.Length));
        }

        static string Repeat(string unit) => string.Concat(Enumerable.Repeat(unit, 300_000 / unit.Length));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Ids_that_no_token_has_are_left_out_of_a_text(string name)
    {
        var tokenizer = TokenizerFixture.Load(name);
        var ids = tokenizer.Encode("abc", SpecialTokens.Plain, addSpecialTokens: false).Ids;
        Assert.Equal(
            tokenizer.Decode(ids, skipSpecialTokens: true),
            tokenizer.Decode([-1, .. ids, tokenizer.VocabularySize, int.MaxValue], skipSpecialTokens: true));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Threads_may_share_a_tokenizer(string name)
    {
        var tokenizer = TokenizerFixture.Load(name);
        string[] texts = [.. RandomTexts.Make(200, seed: 13)];
        int[][] alone = [.. texts.Select(text => tokenizer.Encode(text, SpecialTokens.Plain, addSpecialTokens: true).Ids)];

        Parallel.For(0, texts.Length * 4, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
            Assert.Equal(alone[i % texts.Length], tokenizer.Encode(texts[i % texts.Length], SpecialTokens.Plain, addSpecialTokens: true).Ids));
    }
}
