using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.TextMetrics.Tests.Tokenization;

public sealed class TokenizersTests
{
    [Theory]
    [InlineData("char", "增长27%，FastAPI+WebRTC", "增 长 27 fastapi webrtc")]
    [InlineData("char", "２７％ か 𠀀👨‍👩字\u3007", "𠀀 字 \u3007")]
    [InlineData("char", "1.8", "1 8")]
    [InlineData("char-raw", "A1，\u3000b\u001Cc\u0085d", "A 1 ， b c d")]
    [InlineData("char-raw", "𠀀👨‍👩字", "𠀀 👨 \u200D 👩 字")]
    [InlineData("char-nfkc", "２７％㎏", "27 kg")]
    [InlineData("char-nfkc", "cafe\u0301 ⼀", "caf 一")]
    [InlineData("word-en", "\u0130stanbul 300\u212A café 工单", "i stanbul 300k caf")]
    [InlineData("word-en-stem", "dies Flies skies dying running ties news", "die fli sky die run tie news")]
    public void Each_tokenizer_splits_by_its_rule(string tokenizer, string text, string expected) =>
        Assert.Equal(expected.Split(' '), Tokenizers.Get(tokenizer).Tokenize(text));

    [Fact]
    public void An_unknown_name_is_refused_with_the_known_ones()
    {
        var error = Assert.Throws<ArgumentException>(() => Tokenizers.Get("spacy"));

        Assert.Contains("'spacy'", error.Message, StringComparison.Ordinal);
        Assert.Contains("char, char-raw, char-nfkc, word-en, word-en-stem, jieba", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lone_surrogate_is_a_character_of_its_own() =>
        Assert.Equal(["\uD800", "a"], Tokenizers.Get("char-raw").Tokenize("\uD800a"));

    [Fact]
    public void A_text_of_many_distinct_tokens_keeps_them_apart()
    {
        var words = Enumerable.Range(0, 20_000).Select(i => $"w{i}").ToArray();

        Assert.Equal(words, Tokenizers.Get("word-en").Tokenize(string.Join(' ', words)));
    }
}
