using Pipeline.Inference.Tokenization.Splitting;

namespace Pipeline.Inference.Tokenization.Loading;

/// <summary>Reads <c>pre_tokenizer</c>, and the settings of Metaspace, which the decoder shares.</summary>
internal static class PreTokenizerSection
{
    /// <param name="section">The section, or nothing.</param>
    /// <param name="isByteLevel">Becomes true when the pieces are to be read as bytes.</param>
    public static List<IPreTokenizer> Read(JsonPlace? section, out bool isByteLevel)
    {
        var preTokenizers = new List<IPreTokenizer>();
        isByteLevel = false;
        if (section is { } place)
        {
            Add(place, preTokenizers, ref isByteLevel);
        }

        return preTokenizers;
    }

    public static char Replacement(JsonPlace place)
    {
        var replacement = place["replacement"].Text();
        place.Refuse(replacement.Length != 1 || char.IsSurrogate(replacement[0]), "replacement", "one character");
        return replacement[0];
    }

    /// <summary>Newer files have a scheme, older ones a flag.</summary>
    public static PrefixScheme Prefix(JsonPlace place)
    {
        if (place.Optional("prepend_scheme") is not { } scheme)
        {
            return place.Flag("add_prefix_space", absent: true) ? PrefixScheme.Always : PrefixScheme.Never;
        }

        return scheme.Text() switch
        {
            "always" => PrefixScheme.Always,
            "first" => PrefixScheme.First,
            "never" => PrefixScheme.Never,
            var other => throw scheme.Error($"\"{other}\" is not one of always, first, never", JsonPlace.Damaged),
        };
    }

    private static void Add(JsonPlace place, List<IPreTokenizer> preTokenizers, ref bool isByteLevel)
    {
        switch (place.Type("BertPreTokenizer", "ByteLevel", "Metaspace", "Sequence", "Split", "WhitespaceSplit"))
        {
            case "Sequence":
                foreach (var item in place["pretokenizers"].Items())
                {
                    Add(item, preTokenizers, ref isByteLevel);
                }

                break;
            case "BertPreTokenizer":
                preTokenizers.Add(new BertPreTokenizer());
                break;
            case "WhitespaceSplit":
                preTokenizers.Add(new WhiteSpacePreTokenizer());
                break;
            case "Metaspace":
                preTokenizers.Add(new MetaspacePreTokenizer(Replacement(place), Prefix(place), place.Flag("split", absent: true)));
                break;
            case "Split":
                preTokenizers.Add(Split(place));
                break;
            case "ByteLevel":
                place.Refuse(place.Flag("add_prefix_space"), "add_prefix_space", "false");
                place.Refuse(place.Flag("use_regex", absent: true), "use_regex", "false, with a Split before it");
                isByteLevel = true;
                break;
        }
    }

    private static IPreTokenizer Split(JsonPlace place)
    {
        place.Refuse(place["behavior"].Text() != "Isolated", "behavior", "\"Isolated\"");
        place.Refuse(place.Flag("invert"), "invert", "false");
        var pattern = place["pattern"];
        pattern.Refuse(pattern.Optional("Regex") is null, "String", "a Regex");
        pattern = pattern["Regex"];
        return pattern.Text() switch
        {
            BloomPreTokenizer.Pattern => new BloomPreTokenizer(),
            QwenPreTokenizer.Pattern => new QwenPreTokenizer(),
            var other => throw pattern.Error(
                $"the pattern {other} is not supported",
                "This build reads the patterns of BLOOM and Qwen2. Use a model whose tokenizer has one of them."),
        };
    }
}
