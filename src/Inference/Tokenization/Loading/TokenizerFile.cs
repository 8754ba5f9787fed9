namespace Pipeline.Inference.Tokenization.Loading;

/// <summary>Reads <c>tokenizer.json</c>. Its sections on truncation and padding are the business of whoever encodes.</summary>
internal static class TokenizerFile
{
    public const string FileName = "tokenizer.json";

    public static TextTokenizer Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        using var document = JsonFile.Parse(path);
        var root = JsonFile.Root(document, path);
        var builder = new VocabularyBuilder(path);
        var model = new ModelSection(root["model"], builder);
        var addedTokens = AddedTokenSection.Read(root, builder);
        var vocabulary = builder.Build(addedTokens);
        var normalizers = NormalizerSection.Read(root.Optional("normalizer"), TokenizerSettings.Read(folder));
        var preTokenizers = PreTokenizerSection.Read(root.Optional("pre_tokenizer"), out var isByteLevel);
        return new TextTokenizer(new TokenizerParts(
            vocabulary,
            addedTokens,
            normalizers,
            preTokenizers,
            model.Build(vocabulary, isByteLevel),
            PostProcessorSection.Read(root.Optional("post_processor"), vocabulary),
            DecoderSection.Read(root.Optional("decoder"))));
    }
}
