using Pipeline.Inference.Tokenization.AddedTokens;

namespace Pipeline.Inference.Tokenization.Loading;

/// <summary>Reads <c>added_tokens</c>.</summary>
internal static class AddedTokenSection
{
    public static List<AddedToken> Read(JsonPlace file, VocabularyBuilder vocabulary)
    {
        var tokens = new List<AddedToken>();
        foreach (var item in file.Optional("added_tokens")?.Items() ?? [])
        {
            var token = new AddedToken(
                item["id"].Integer(),
                item["content"].NonEmptyText(),
                item.Flag("special"),
                item.Flag("single_word"),
                item.Flag("lstrip"),
                item.Flag("rstrip"),
                item.Flag("normalized"));
            vocabulary.Add(token, item.Path);
            tokens.Add(token);
        }

        return tokens;
    }
}
