using System.Text.Json;
using Pipeline.TextMetrics.Rouge;
using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.TextMetrics.Tests.Rouge;

/// <summary>Scores of google-research/rouge, computed by its own code.</summary>
public sealed class RougeVectorTests
{
    private const double Tolerance = 1e-9;

    [Theory]
    [InlineData("char", 132)]
    [InlineData("char-raw", 132)]
    [InlineData("char-nfkc", 26)]
    [InlineData("word-en", 105)]
    [InlineData("word-en-stem", 82)]
    public void Every_vector_scores_as_in_the_reference_implementation(string tokenizer, int expected)
    {
        var scorer = new RougeScorer(Tokenizers.Get(tokenizer));
        var vectors = Vectors.Read("rouge-dev.jsonl").Where(vector => vector.Text("tokenizer") == tokenizer).ToList();

        Assert.Equal(expected, vectors.Count);
        foreach (var vector in vectors)
        {
            var scores = scorer.Score(vector.Text("candidate"), vector.Texts("references"));
            AssertScores(vector, scores, vector.Text("id"));
        }
    }

    [Fact]
    public void Every_vector_with_one_reference_has_the_same_counts()
    {
        foreach (var vector in Vectors.Read("rouge-dev.jsonl").Where(vector => vector.TryGetProperty("counts", out _)))
        {
            var scorer = new RougeScorer(Tokenizers.Get(vector.Text("tokenizer")));
            var scores = scorer.Score(vector.Text("candidate"), vector.Texts("references")[0]);

            var counts = vector.GetProperty("counts");
            int Count(string name) => counts.GetProperty(name).GetInt32();
            Assert.Equal(new RougeCounts(Count("n_ref"), Count("n_cand"), Count("hit1")), scores.Rouge1.Counts);
            Assert.Equal(Count("hit2"), scores.Rouge2.Counts.Hits);
            Assert.Equal(Count("lcs"), scores.RougeL.Counts.Hits);
            Assert.Equal(Count("ulcs"), scores.RougeLsum.Counts.Hits);
        }
    }

    [Fact]
    public void Each_reference_of_a_vector_scores_by_itself()
    {
        foreach (var vector in Vectors.Read("rouge-dev.jsonl").Where(vector => vector.TryGetProperty("per_reference", out _)))
        {
            var scorer = new RougeScorer(Tokenizers.Get(vector.Text("tokenizer")));
            var expected = vector.GetProperty("per_reference").EnumerateArray();
            foreach (var (reference, single) in vector.Texts("references").Zip(expected))
            {
                AssertScores(single, scorer.Score(vector.Text("candidate"), reference), vector.Text("id"));
            }
        }
    }

    private static void AssertScores(JsonElement expected, RougeScores actual, string id)
    {
        AssertScore(expected.GetProperty("rouge1"), actual.Rouge1, $"{id} rouge1");
        AssertScore(expected.GetProperty("rouge2"), actual.Rouge2, $"{id} rouge2");
        AssertScore(expected.GetProperty("rougeL"), actual.RougeL, $"{id} rougeL");
        AssertScore(expected.GetProperty("rougeLsum"), actual.RougeLsum, $"{id} rougeLsum");
    }

    private static void AssertScore(JsonElement expected, RougeScore actual, string name)
    {
        void Same(string property, double value) => Assert.True(
            Math.Abs(expected.GetProperty(property).GetDouble() - value) <= Tolerance,
            $"{name} {property}: expected {expected.GetProperty(property)}, got {value:R}");

        Same("p", actual.Precision);
        Same("r", actual.Recall);
        Same("f", actual.F);
    }
}
