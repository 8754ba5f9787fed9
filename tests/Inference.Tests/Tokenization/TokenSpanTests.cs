using Pipeline.Inference.Tokenization;

namespace Pipeline.Inference.Tests.Tokenization;

public sealed class TokenSpanTests
{
    public static TheoryData<string> Names => TokenizerFixture.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Spans_go_forward_and_cut_no_character(string name)
    {
        var tokenizer = TokenizerFixture.Load(name);
        foreach (var vector in TokenizerFixture.Vectors(name).GetProperty("cases").EnumerateArray())
        {
            var text = vector.GetProperty("text").GetString()!;
            var spans = tokenizer.Encode(text, SpecialTokens.Recognize, addSpecialTokens: false).Spans;

            Assert.All(spans, span => Assert.InRange(span.Length, 1, text.Length));
            Assert.All(spans.Zip(spans.Skip(1)), pair => Assert.True(pair.First.Start <= pair.Second.Start && pair.First.End <= pair.Second.End));
            Assert.All(spans.SelectMany(span => (int[])[span.Start, span.End]), at => Assert.False(
                at > 0 && at < text.Length && char.IsHighSurrogate(text[at - 1]) && char.IsLowSurrogate(text[at])));
        }
    }

    [Theory]
    [InlineData("bloom")]
    [InlineData("qwen2")]
    public void Spans_of_byte_level_tokens_cover_the_whole_text(string name)
    {
        var tokenizer = TokenizerFixture.Load(name);
        foreach (var vector in TokenizerFixture.Vectors(name).GetProperty("cases").EnumerateArray())
        {
            var text = vector.GetProperty("text").GetString()!;
            var end = 0;
            foreach (var span in tokenizer.Encode(text, SpecialTokens.Recognize, addSpecialTokens: false).Spans)
            {
                Assert.InRange(span.Start, 0, end);
                end = span.End;
            }

            Assert.Equal(text.Length, end);
        }
    }

    [Fact]
    public void Tokens_that_share_a_character_share_its_span()
    {
        var tokens = TokenizerFixture.Load("bloom").Encode("修\U0001F469修", SpecialTokens.Plain, addSpecialTokens: false);
        var shared = tokens.Spans.Where(span => span.Start == 1).ToList();

        Assert.InRange(shared.Count, 2, 4);
        Assert.All(shared, span => Assert.Equal(new TextSpan(1, 2), span));
    }

    [Fact]
    public void Spans_lie_in_the_source_where_normalization_changed_it()
    {
        // A control character that goes, a word, and a full-width letter.
        var bert = TokenizerFixture.Load("bert_chinese_lower").Encode("\u200B修 Úx", SpecialTokens.Plain, addSpecialTokens: false);
        Assert.Equal(new TextSpan(1, 1), bert.Spans[0]);
        Assert.Equal((3, 5), (bert.Spans[1].Start, bert.Spans[^1].End));

        // e and its accent become one character.
        var qwen = TokenizerFixture.Load("qwen2").Encode("修e\u0301", SpecialTokens.Plain, addSpecialTokens: false);
        Assert.Equal(new TextSpan(1, 2), qwen.Spans[^1]);
    }

    [Fact]
    public void The_space_put_in_front_of_a_text_stands_for_its_first_character()
    {
        var tokens = TokenizerFixture.Load("xlmr").Encode("编号", SpecialTokens.Plain, addSpecialTokens: false);
        Assert.Equal([new TextSpan(0, 1), new TextSpan(0, 1), new TextSpan(1, 1)], tokens.Spans);
    }

    [Fact]
    public void Truncation_leaves_the_tokens_of_the_post_processor_and_refuses_to_cut_them()
    {
        var tokens = new TokenizedText([1, 5, 6, 7, 2], [new(0, 0), new(0, 1), new(1, 1), new(2, 1), new(3, 0)]);

        Assert.Equal([1, 5, 2], tokens.Truncate(3, TextEnd.Head).Ids);
        Assert.Equal([1, 6, 7, 2], tokens.Truncate(4, TextEnd.Tail).Ids);
        Assert.Equal([new(0, 0), new(2, 1), new(3, 0)], tokens.Truncate(3, TextEnd.Tail).Spans);
        Assert.Equal([1, 2], tokens.Truncate(2, TextEnd.Head).Ids);
        Assert.Same(tokens, tokens.Truncate(5, TextEnd.Head));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokens.Truncate(1, TextEnd.Head));
    }
}
