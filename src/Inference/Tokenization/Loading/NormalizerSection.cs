using Pipeline.Inference.Tokenization.Normalizing;

namespace Pipeline.Inference.Tokenization.Loading;

/// <summary>Reads <c>normalizer</c>.</summary>
internal static class NormalizerSection
{
    private const string Run = " {2,}";

    /// <param name="section">The section, or nothing.</param>
    /// <param name="settings">tokenizer_config.json, or nothing.</param>
    public static List<INormalizer> Read(JsonPlace? section, TokenizerSettings settings)
    {
        var normalizers = new List<INormalizer>();
        if (section is { } place)
        {
            Add(place, settings, normalizers);
        }

        return normalizers;
    }

    private static void Add(JsonPlace place, TokenizerSettings settings, List<INormalizer> normalizers)
    {
        switch (place.Type("BertNormalizer", "NFC", "Precompiled", "Replace", "Sequence", "Strip"))
        {
            case "Sequence":
                foreach (var item in place["normalizers"].Items())
                {
                    Add(item, settings, normalizers);
                }

                break;
            case "BertNormalizer":
                normalizers.Add(Bert(place, settings));
                break;
            case "NFC":
                normalizers.Add(new NfcNormalizer());
                break;
            case "Precompiled":
                normalizers.Add(new PrecompiledNormalizer(Map(place["precompiled_charsmap"])));
                break;
            case "Replace":
                normalizers.Add(Replace(place));
                break;
            case "Strip":
                normalizers.Add(new StripNormalizer(place.Flag("strip_left"), place.Flag("strip_right")));
                break;
        }
    }

    private static BertNormalizer Bert(JsonPlace place, TokenizerSettings settings)
    {
        var lowercase = settings.Lowercase ?? place.Flag("lowercase", absent: true);
        // Not stated means: as the letters.
        var stripAccents = settings.StripAccents ?? place.Flag("strip_accents", absent: lowercase);
        return new BertNormalizer(
            place.Flag("clean_text", absent: true),
            settings.SpaceIdeographs ?? place.Flag("handle_chinese_chars", absent: true),
            stripAccents,
            lowercase);
    }

    private static CharacterMap Map(JsonPlace place)
    {
        try
        {
            return new CharacterMap(Convert.FromBase64String(place.Text()));
        }
        catch (FormatException exception)
        {
            throw place.Error(exception.Message.TrimEnd('.'), JsonPlace.Damaged, exception);
        }
    }

    private static ReplaceNormalizer Replace(JsonPlace place)
    {
        var pattern = place["pattern"];
        var content = place["content"].Text();
        if (pattern.Optional("String") is { } text)
        {
            return new ReplaceNormalizer(text.NonEmptyText(), isRun: false, content);
        }

        pattern.Refuse(pattern["Regex"].Text() != Run, "Regex", $"a String, or the Regex \"{Run}\"");
        return new ReplaceNormalizer(" ", isRun: true, content);
    }
}
