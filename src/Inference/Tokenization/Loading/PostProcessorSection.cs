using Pipeline.Inference.Tokenization.Vocabularies;

namespace Pipeline.Inference.Tokenization.Loading;

/// <summary>Reads <c>post_processor</c>: which tokens stand around a single text. What it says about pairs and offsets has no use here.</summary>
internal static class PostProcessorSection
{
    public static SpecialTokenFrame Read(JsonPlace? section, Vocabulary vocabulary)
    {
        if (section is not { } place)
        {
            return SpecialTokenFrame.None;
        }

        switch (place.Type("BertProcessing", "ByteLevel", "RobertaProcessing", "Sequence", "TemplateProcessing"))
        {
            case "Sequence":
                var frame = SpecialTokenFrame.None;
                foreach (var item in place["processors"].Items())
                {
                    var outer = Read(item, vocabulary);
                    frame = new SpecialTokenFrame([.. outer.Before, .. frame.Before], [.. frame.After, .. outer.After]);
                }

                return frame;
            case "BertProcessing" or "RobertaProcessing":
                return new SpecialTokenFrame([PairedId(place["cls"], vocabulary)], [PairedId(place["sep"], vocabulary)]);
            case "TemplateProcessing":
                return Template(place, vocabulary);
            default:
                return SpecialTokenFrame.None;
        }
    }

    /// <summary>The id of <c>["[SEP]", 102]</c>.</summary>
    private static int PairedId(JsonPlace place, Vocabulary vocabulary) => place.Items() is { Count: 2 } pair
        ? Known(pair[1], vocabulary)
        : throw place.Error("expected a token and its id", JsonPlace.Damaged);

    private static SpecialTokenFrame Template(JsonPlace place, Vocabulary vocabulary)
    {
        List<int> before = [];
        List<int>? after = null;
        foreach (var item in place["single"].Items())
        {
            if (item.Optional("SpecialToken") is { } special)
            {
                var ids = place["special_tokens"][special["id"].Text()]["ids"].Items();
                (after ?? before).AddRange(ids.Select(id => Known(id, vocabulary)));
            }
            else if (after is null)
            {
                item["Sequence"].Refuse(item["Sequence"]["id"].Text() != "A", "id", "\"A\"");
                after = [];
            }
            else
            {
                throw item.Error(
                    "the text occurs twice", "This build reads templates that have it once. Use a model whose tokenizer has such a one.");
            }
        }

        return after is null
            ? throw place["single"].Error("the template leaves out the text", JsonPlace.Damaged)
            : new SpecialTokenFrame([.. before], [.. after]);
    }

    private static int Known(JsonPlace place, Vocabulary vocabulary) => place.Integer() is var id && id < vocabulary.Count
        ? id
        : throw place.Error($"no token has the id {id}; the vocabulary has {vocabulary.Count}", JsonPlace.Damaged);
}
