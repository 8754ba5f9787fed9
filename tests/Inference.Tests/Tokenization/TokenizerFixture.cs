using System.Collections.Concurrent;
using System.Text.Json;
using Pipeline.Inference.Tokenization;
using Pipeline.Testing;

namespace Pipeline.Inference.Tests.Tokenization;

/// <summary>The tokenizers that have reference vectors. Those with public data lie beside the repository, and their tests are skipped without it.</summary>
internal static class TokenizerFixture
{
    private static readonly ConcurrentDictionary<string, ISubwordTokenizer> Loaded = [];

    /// <summary>All of them: both kinds of WordPiece, both byte-level ones, both layouts of Unigram.</summary>
    public static TheoryData<string> Names => ["bert_chinese_cased", "bert_chinese_lower", "bloom", "qwen2", "xlmr", "xlmr_new"];

    public static ISubwordTokenizer Load(string name)
    {
        var file = FileOf(name);
        return Loaded.GetOrAdd(name, _ =>
        {
            using var folder = new TokenizerFolder(file);
            return folder.Load();
        });
    }

    /// <summary>The tokenizer.json of a fixture.</summary>
    public static string FileOf(string name) => name switch
    {
        "bloom" => Path.Combine(ModelFixtures.Path("bloom-a"), "tokenizer.json"),
        "qwen2" => Path.Combine(ModelFixtures.Path("qwen2-tied"), "tokenizer.json"),
        _ => Checkout.RequireShared($"models/tokenizers/{name}.tokenizer.json"),
    };

    /// <summary>The reference's cases for a fixture.</summary>
    public static JsonElement Vectors(string name)
    {
        var path = name is "bloom" or "qwen2"
            ? Path.Combine(Checkout.Root, "tests", "Inference.Tests", "Tokenization", "vectors", $"{name}.vectors.json")
            : Checkout.RequireShared($"models/tokenizers/{name}.vectors.json");
        return JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;
    }

    public static int[] Ids(this JsonElement vector, string property) => [.. vector.GetProperty(property).EnumerateArray().Select(id => id.GetInt32())];
}
