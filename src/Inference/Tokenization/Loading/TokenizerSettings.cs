namespace Pipeline.Inference.Tokenization.Loading;

/// <summary>
/// What <c>tokenizer_config.json</c> says about BERT's normalizer. For that family the reference's own loader lets it win over
/// <c>tokenizer.json</c>, and models are trained that way. Null where it says nothing.
/// </summary>
internal sealed record TokenizerSettings(bool? Lowercase, bool? StripAccents, bool? SpaceIdeographs)
{
    public const string FileName = "tokenizer_config.json";

    private static readonly TokenizerSettings None = new(null, null, null);

    public static TokenizerSettings Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return None;
        }

        using var document = JsonFile.Parse(path);
        var root = JsonFile.Root(document, path);
        return root.Optional("tokenizer_class")?.Text().StartsWith("Bert", StringComparison.Ordinal) == true
            ? new TokenizerSettings(Flag(root, "do_lower_case"), Flag(root, "strip_accents"), Flag(root, "tokenize_chinese_chars"))
            : None;
    }

    private static bool? Flag(JsonPlace root, string name) => root.Optional(name) is null ? null : root.Flag(name);
}
