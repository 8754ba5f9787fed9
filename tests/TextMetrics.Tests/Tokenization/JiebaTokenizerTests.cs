using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.TextMetrics.Tests.Tokenization;

/// <summary>Words of jieba 0.42.1 itself: the references and a fifth of the texts of the samples, its own examples, odd and random texts.</summary>
public sealed class JiebaTokenizerTests
{
    private readonly Tokenizer _tokenizer = Tokenizers.Get("jieba");

    [Fact]
    public void Words_are_those_of_jieba()
    {
        var count = 0;
        foreach (var vector in Vectors.Read("jieba.jsonl"))
        {
            Assert.Equal(vector.Texts("words"), _tokenizer.Tokenize(vector.Text("text")));
            count++;
        }

        Assert.Equal(436, count);
    }

    [Theory]
    [InlineData("\ud800中\udc00")]
    [InlineData("....----____")]
    public void Odd_texts_have_no_more_words_than_characters(string odd) =>
        Assert.InRange(_tokenizer.Tokenize(odd).Count, 0, odd.Length);
}
