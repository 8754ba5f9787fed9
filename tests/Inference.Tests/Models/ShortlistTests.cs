using System.Text.RegularExpressions;
using Pipeline.Inference.Generation;
using Pipeline.Inference.Models;
using Pipeline.Testing;

namespace Pipeline.Inference.Tests.Models;

public sealed class ShortlistTests : IDisposable
{
    private readonly TemporaryStore _temporary = new();
    private readonly string _texts = Path.GetTempFileName();

    public void Dispose()
    {
        _temporary.Dispose();
        File.Delete(_texts);
    }

    [Theory]
    [InlineData("bloom-a", ModelPrecision.Int8)]
    [InlineData("qwen2-untied", ModelPrecision.Int8)]
    [InlineData("qwen2-tied", ModelPrecision.Int4)]
    public void Tokens_of_the_texts_keep_their_logits_and_others_are_never_chosen(string name, ModelPrecision precision)
    {
        var (whole, kept) = (_temporary.Open(Request(name, precision)), Keep(name, precision, [5, 9, 40, 41, 42]));
        using var exact = whole.CreateDecoder(threads: 1);
        using var shorter = kept.CreateDecoder(threads: 1);
        int[] prompt = [3, 17, 25, 8];

        using var left = shorter.Start([prompt], 2);
        using var right = exact.Start([prompt], 2);
        for (var step = 0; step < 2; step++)
        {
            int[] ids = [.. Enumerable.Range(0, shorter.VocabularySize).Where(id => !float.IsNegativeInfinity(left.Logits(0)[id]))];
            Assert.Subset(ids.ToHashSet(), new HashSet<int>([5, 9, 40, 41, 42, .. kept.Manifest.Decoder!.EosIds]));
            Assert.Equal(kept.Manifest.Decoder.HeadIds, ids.Length);
            Assert.True(ids.Length < shorter.VocabularySize);
            Assert.All(ids, id => Assert.Equal(right.Logits(0)[id], left.Logits(0)[id]));
            Assert.Contains(left.Best(0).Id, ids);
            left.Append([9]);
            right.Append([9]);
        }
    }

    [Fact]
    public void What_has_no_shortlist_says_so()
    {
        File.WriteAllText(_texts, "text\n");
        Assert.Contains("int8 or int4", Refused(Request("bloom-a", ModelPrecision.Fp32) with { Shortlist = _texts }));
        Assert.Contains("can't be read", Refused(Request("bloom-a", ModelPrecision.Int8) with { Shortlist = _texts + ".none" }));
        File.WriteAllText(_texts, "");
        Assert.Contains("has no text", Refused(Request("bloom-a", ModelPrecision.Int8) with { Shortlist = _texts }));
    }

    [Fact]
    public void Ids_that_the_model_has_not_are_named()
    {
        var folder = Directory.CreateDirectory(_temporary.Source("mixed")).FullName;
        foreach (var file in Directory.EnumerateFiles(ModelFixtures.Path("bloom-a")))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        var config = Path.Combine(folder, "config.json");
        File.WriteAllText(config, Regex.Replace(File.ReadAllText(config), "\"vocab_size\": *\\d+", "\"vocab_size\": 1000"));
        File.WriteAllText(_texts, "text\n");

        Assert.Contains(
            "Take tokenizer and weights of the same model",
            Refused(new() { Folder = folder, Name = "mixed", Precision = ModelPrecision.Int8, Shortlist = _texts }));
    }

    private string Refused(ImportRequest request) => Assert.Throws<ModelException>(() => _temporary.Import(request)).Message;

    /// <summary>Imports with a text for each id.</summary>
    private OpenedModel Keep(string name, ModelPrecision precision, int[] ids)
    {
        var tokenizer = _temporary.Open(Request(name, precision)).LoadTokenizer();
        File.WriteAllLines(_texts, ids.Select(id => tokenizer.Decode([id], skipSpecialTokens: false)));
        return _temporary.Open(Request(name, precision) with { Name = $"{name}-short", Shortlist = _texts });
    }

    private static ImportRequest Request(string name, ModelPrecision precision) =>
        new() { Folder = ModelFixtures.Path(name), Name = name, Precision = precision };
}
