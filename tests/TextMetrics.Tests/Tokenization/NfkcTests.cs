using System.Text.Json;
using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.TextMetrics.Tests.Tokenization;

public sealed class NfkcTests
{
    [Fact]
    public void Random_texts_normalize_as_in_the_python_the_table_comes_from()
    {
        using var vectors = JsonDocument.Parse(File.ReadAllText(Vectors.PathOf("nfkc.json")));
        foreach (var pair in vectors.RootElement.GetProperty("cases").EnumerateArray())
        {
            Assert.Equal(pair[1].GetString(), Nfkc.Normalize(pair[0].GetString()).ToString());
        }
    }

    [Fact]
    public void A_text_of_the_longest_decompositions_fits() =>
        Assert.Equal(18 * 500, Nfkc.Normalize(new string('\uFDFA', 500)).Length);
}
