using System.Text;
using System.Text.Json;
using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.TextMetrics.Tests.Tokenization;

public sealed class CanonicalFormTests
{
    [Fact]
    public void Texts_compose_as_in_the_python_the_table_comes_from_whole_and_segment_by_segment()
    {
        Assert.All(Cases(), vector =>
        {
            var text = vector[0].GetString()!;
            var segments = new StringBuilder();
            for (var start = 0; start < text.Length;)
            {
                var length = CanonicalForm.SegmentLength(text.AsSpan(start));
                segments.Append(Compose(text.Substring(start, length)));
                start += length;
            }

            Assert.Equal(vector[1].GetString(), Compose(text));
            Assert.Equal(vector[1].GetString(), segments.ToString());
        });
    }

    [Fact]
    public void Code_points_decompose_as_in_the_python_the_table_comes_from()
    {
        Span<int> parts = stackalloc int[CanonicalForm.LongestDecomposition];
        foreach (var vector in Cases())
        {
            var points = new List<int>();
            foreach (var rune in vector[0].GetString()!.EnumerateRunes())
            {
                points.AddRange(parts[..CanonicalForm.Decompose(rune.Value, parts)]);
            }

            // The form orders marks as well, which is not this method's business.
            Assert.Equal(vector[2].GetString()!.EnumerateRunes().Select(rune => rune.Value).Order(), points.Order());
        }
    }

    [Fact]
    public void A_segment_holds_all_that_may_join_and_no_more()
    {
        Assert.Equal(1, CanonicalForm.SegmentLength("ab"));
        Assert.Equal(3, CanonicalForm.SegmentLength("e\u0301\u0323b"));
        Assert.Equal(3, CanonicalForm.SegmentLength("\u1112\u1161\u11ABa"));
        Assert.Equal(2, CanonicalForm.SegmentLength("\u0301\u0323"));
        Assert.Equal(2, CanonicalForm.SegmentLength("\U0001F468修"));
        Assert.Equal(0, CanonicalForm.SegmentLength(""));
    }

    private static string Compose(string text)
    {
        var target = new char[text.Length * CanonicalForm.LargestGrowth];
        return new string(target, 0, CanonicalForm.Compose(text, target));
    }

    private static List<JsonElement> Cases()
    {
        using var vectors = JsonDocument.Parse(File.ReadAllText(Vectors.PathOf("canonical.json")));
        return [.. vectors.RootElement.Clone().GetProperty("cases").EnumerateArray()];
    }
}
