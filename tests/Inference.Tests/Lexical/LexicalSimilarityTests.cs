using Pipeline.Inference.Lexical;
using Pipeline.Inference.Recipes;

namespace Pipeline.Inference.Tests.Lexical;

public sealed class LexicalSimilarityTests
{
    [Theory]
    [InlineData("电梯故障")]
    [InlineData("the VPN cannot connect")]
    [InlineData("1")]
    public void A_text_is_like_itself(string text) => Assert.Equal(1, new LexicalSimilarity(text).With(text), 1e-12);

    [Fact]
    public void Texts_without_a_common_word_have_nothing_in_common_however_long_they_are()
    {
        var query = new LexicalSimilarity("打印机无法启动");

        Assert.Equal(0, query.With(string.Concat(Enumerable.Range(0x5000, 900).Select(c => (char)c).Where(c => !"打印机无法启动".Contains(c, StringComparison.Ordinal)))));
        Assert.Equal(0, query.With("the printer does not start"));
        Assert.Equal(0, query.With(""));
        Assert.Equal(0, query.With("。！"));
        Assert.Equal(0, new LexicalSimilarity("？").With("打印机"));
    }

    [Fact]
    public void It_is_the_cosine_of_the_weighted_features()
    {
        // One character is one feature; two are three: each alone, and the pair.
        double Weight(string gram, double count)
        {
            var hash = gram.Aggregate(Fnv1a.Start(1), (state, c) => Fnv1a.Append(state, c));
            return count * 2.5 / (count + 1.5) * DocumentFrequencyTable.BuiltIn.Weight(Fnv1a.Finish(hash));
        }

        var (water, pump, both) = (Weight("水", 0.5), Weight("泵", 0.5), Weight("水泵", 1));

        Assert.Equal(water / Math.Sqrt((water * water) + (pump * pump) + (both * both)), new LexicalSimilarity("水").With("水泵"), 1e-12);
        Assert.Equal(new LexicalSimilarity("水泵").With("水"), new LexicalSimilarity("水").With("水泵"), 1e-12);
    }

    [Fact]
    public async Task The_vectors_of_hashing_are_an_estimate_of_it()
    {
        var texts = RandomTexts.Make(200, seed: 5).Where(text => text.Any(char.IsLetterOrDigit)).ToArray();
        var vectors = (await Outcomes.Of(EngineFactory.Baselines.CreateEmbedder(BuiltInRecipes.Hashing), texts)).Select(outcome => outcome.Value!.Values).ToArray();

        var errors = texts.Skip(1).Select((text, i) =>
            vectors[i].Zip(vectors[i + 1], (a, b) => (double)a * b).Sum() - new LexicalSimilarity(texts[i]).With(text)).ToList();

        Assert.InRange(errors.Average(), -0.02, 0.02);
        Assert.InRange(Math.Sqrt(errors.Average(error => error * error)), 0, 0.08);
    }
}
