using System.Text.Json;

namespace Pipeline.TokenizerSpeed;

/// <summary>A tokenizer to be measured.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="File">Its tokenizer.json.</param>
/// <param name="Vectors">The reference's answers.</param>
/// <param name="Size">Tokens to grow the vocabulary to, or 0.</param>
/// <param name="Build">Makes the same tokenizer of Microsoft.ML.Tokenizers from a tokenizer.json.</param>
internal sealed record Subject(string Name, string File, string Vectors, int Size, Func<JsonElement, Func<string, IReadOnlyList<int>>>? Build)
{
    public static IEnumerable<Subject> All(string root, string shared)
    {
        var models = Path.Combine(root, "tests", "Testing", "models");
        var vectors = Path.Combine(root, "tests", "Inference.Tests", "Tokenization", "vectors");
        var tokenizers = Path.Combine(shared, "models", "tokenizers");
        var (bloom, qwen) = (Path.Combine(models, "bloom-a", "tokenizer.json"), Path.Combine(models, "qwen2-tied", "tokenizer.json"));
        Subject[] all =
        [
            Public("WordPiece, bert-base-chinese", "bert_chinese_cased", Peers.WordPiece),
            Public("WordPiece, small letters", "bert_chinese_lower", Peers.WordPiece),
            new("byte-level BPE, BLOOM's schema", bloom, Path.Combine(vectors, "bloom.vectors.json"), 0, Peers.ByteLevelBpe),
            new("the same, grown to BLOOM's size", bloom, "", 250_681, Peers.ByteLevelBpe),
            new("byte-level BPE, Qwen2's schema", qwen, Path.Combine(vectors, "qwen2.vectors.json"), 0, Peers.ByteLevelBpe),
            new("the same, grown to Qwen2's size", qwen, "", 151_646, Peers.ByteLevelBpe),
            Public("Unigram, XLM-R, older layout", "xlmr", Peers.Unigram),
            Public("Unigram, XLM-R, newer layout", "xlmr_new", null),
            new("the same, grown to XLM-R's size", Path.Combine(tokenizers, "xlmr_new.tokenizer.json"), "", 250_002, null),
        ];
        return all.Where(subject => System.IO.File.Exists(subject.File));

        Subject Public(string name, string file, Func<JsonElement, Func<string, IReadOnlyList<int>>>? build) =>
            new(name, Path.Combine(tokenizers, $"{file}.tokenizer.json"), Path.Combine(tokenizers, $"{file}.vectors.json"), 0, build);
    }

    public ModelFolder Open()
    {
        var folder = new ModelFolder(File);
        if (Size > 0)
        {
            RealSize.Grow(folder, Size);
        }

        return folder;
    }

    public Func<string, IReadOnlyList<int>>? Peer(ModelFolder folder)
    {
        using var file = JsonDocument.Parse(System.IO.File.ReadAllBytes(folder.TokenizerFile));
        return Build?.Invoke(file.RootElement);
    }

    /// <summary>For how many of the vectors the peer finds the reference's ids.</summary>
    public string Agreement(Func<string, IReadOnlyList<int>> peer)
    {
        if (Vectors.Length == 0)
        {
            return "";
        }

        using var file = JsonDocument.Parse(System.IO.File.ReadAllBytes(Vectors));
        var cases = file.RootElement.GetProperty("cases").EnumerateArray().ToList();
        var right = cases.Count(vector => Expected(vector).SequenceEqual(peer(vector.GetProperty("text").GetString() ?? "")));
        return $"{right} of {cases.Count}";
    }

    private static IEnumerable<int> Expected(JsonElement vector) => vector
        .GetProperty(vector.TryGetProperty("ids_no_special", out _) ? "ids_no_special" : "ids").EnumerateArray().Select(id => id.GetInt32());
}
