using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.TextMetrics.Tests.Tokenization;

public sealed class PorterStemmerTests
{
    // Examples of Porter 1980, changed where NLTK_EXTENSIONS departs from it.
    [Theory]
    [InlineData("caresses", "caress")]
    [InlineData("ponies", "poni")]
    [InlineData("ties", "tie")]
    [InlineData("died", "die")]
    [InlineData("spied", "spi")]
    [InlineData("agreed", "agre")]
    [InlineData("feed", "feed")]
    [InlineData("plastered", "plaster")]
    [InlineData("hopping", "hop")]
    [InlineData("falling", "fall")]
    [InlineData("filing", "file")]
    [InlineData("happy", "happi")]
    [InlineData("enjoy", "enjoy")]
    [InlineData("relational", "relat")]
    [InlineData("conditional", "condit")]
    [InlineData("radically", "radic")]
    [InlineData("vietnamization", "vietnam")]
    [InlineData("hopefulness", "hope")]
    [InlineData("hopefully", "hope")]
    [InlineData("geology", "geolog")]
    [InlineData("triplicate", "triplic")]
    [InlineData("electrical", "electr")]
    [InlineData("adoption", "adopt")]
    [InlineData("replacement", "replac")]
    [InlineData("controll", "control")]
    [InlineData("rate", "rate")]
    [InlineData("cease", "ceas")]
    [InlineData("proceed", "proceed")]
    [InlineData("cannings", "canning")]
    public void Words_lose_their_suffixes(string word, string stem)
    {
        var letters = word.ToCharArray();

        Assert.Equal(stem, new string(letters, 0, PorterStemmer.Stem(letters)));
    }

    [Fact]
    public void A_long_run_of_y_is_walked_without_recursion()
    {
        var letters = new string('y', 200_000).ToCharArray();

        Assert.Equal(letters.Length, PorterStemmer.Stem(letters));
    }
}
