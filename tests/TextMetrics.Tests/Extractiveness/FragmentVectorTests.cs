using System.Text.Json;
using Pipeline.TextMetrics.Extractiveness;
using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.TextMetrics.Tests.Extractiveness;

/// <summary>Values of lil-lab/newsroom's and SummEval's code.</summary>
public sealed class FragmentVectorTests
{
    private static readonly List<JsonElement> All = [.. Vectors.Read("fragments-dev.jsonl")];

    [Fact]
    public void Fragments_are_those_of_the_published_code()
    {
        Assert.Equal(210, All.Count);
        foreach (var vector in All)
        {
            var found = ExtractiveFragments.Find(vector.Text("summary"), vector.Text("source"), TokenizerOf(vector));

            var expected = vector.GetProperty("fragments_newsroom").EnumerateArray()
                .Select(item => new ExtractiveFragment(item[0].GetInt32(), item[1].GetInt32(), item[2].GetInt32()));
            Assert.Equal(expected, found.Fragments);
            Assert.Equal(vector.GetProperty("n_source").GetInt32(), found.SourceTokens);
            Assert.Equal(vector.GetProperty("n_summary").GetInt32(), found.SummaryTokens);
            Same(vector, "coverage", found.Coverage);
            Same(vector, "density", found.Density);
            Same(vector, "compression_newsroom", found.Compression);
        }
    }

    [Fact]
    public void The_ratio_of_code_points_is_that_of_python()
    {
        foreach (var vector in All)
        {
            Same(vector, "char_ratio_codepoints", CompressionRatio.Of(vector.Text("summary"), vector.Text("source")));
        }
    }

    [Fact]
    public void Novel_and_repeated_ngrams_are_shares_of_the_distinct_ones()
    {
        foreach (var vector in All)
        {
            NgramNovelty Of(int n) => NgramNovelty.Of(vector.Text("summary"), vector.Text("source"), TokenizerOf(vector), n);

            Same(vector, "novel_1gram", Of(1).Novel);
            Same(vector, "novel_2gram", Of(2).Novel);
            Same(vector, "novel_3gram", Of(3).Novel);
            Same(vector, "repeated_1gram", Of(1).Repeated);
            Same(vector, "repeated_2gram", Of(2).Repeated);
        }
    }

    [Fact]
    public void Numbers_and_their_precision_are_as_published()
    {
        foreach (var vector in All)
        {
            var precision = NumberPrecision.Of(vector.Text("summary"), vector.Text("source"));

            Assert.Equal(vector.Texts("numbers_summary"), precision.Summary);
            Assert.Equal(vector.Texts("numbers_source"), NumberPrecision.Find(vector.Text("source")));
            Same(vector, "number_precision", precision.Precision);
        }
    }

    [Fact]
    public void An_invented_number_is_named()
    {
        var precision = NumberPrecision.Of("提速1.2倍，延迟27%", "提升120%，延迟27%");

        Assert.Equal(["1.2"], precision.Unsupported);
        Assert.Equal(0.5, precision.Precision);
    }

    private static Tokenizer TokenizerOf(JsonElement vector) => Tokenizers.Get(vector.Text("tokenizer"));

    private static void Same(JsonElement vector, string property, double? actual)
    {
        var json = vector.GetProperty(property);
        var expected = json.ValueKind == JsonValueKind.Null ? (double?)null : json.GetDouble();
        Assert.True(
            expected is null ? actual is null : actual is not null && Math.Abs(expected.Value - actual.Value) <= 1e-9,
            $"{vector.Text("id")} {property}: expected {json}, got {actual}");
    }
}
