using System.Text.Json;
using Pipeline.Inference.Tokenization.Vocabularies;

namespace Pipeline.Inference.Tokenization.Loading;

/// <summary>Reads a model of type BPE over bytes.</summary>
internal sealed class ByteLevelBpeReader(JsonPlace place, Vocabulary vocabulary, bool isByteLevel)
{
    public ByteLevelBpe Read()
    {
        if (!isByteLevel)
        {
            throw place.Error(
                "a BPE model without the pre-tokenizer ByteLevel is not supported", "This build reads byte-level BPE, as BLOOM and Qwen2 have it.");
        }

        place.Refuse(place.Optional("dropout")?.Real() > 0, "dropout", "null");
        place.Refuse(place.Optional("unk_token") is not null, "unk_token", "null");
        place.Refuse(place.Optional("continuing_subword_prefix")?.Text().Length > 0, "continuing_subword_prefix", "null");
        place.Refuse(place.Optional("end_of_word_suffix")?.Text().Length > 0, "end_of_word_suffix", "null");
        place.Refuse(place.Flag("byte_fallback"), "byte_fallback", "false");
        place.Refuse(place.Flag("ignore_merges"), "ignore_merges", "false");
        var merges = place["merges"].Items();
        var pairs = new PairTable();
        var merged = new int[merges.Count];
        for (var rank = 0; rank < merges.Count; rank++)
        {
            var (left, right) = Pair(merges[rank]);
            merged[rank] = Token(left + right, merges[rank]);
            var earlier = rank;
            if (!pairs.TryAdd(Token(left, merges[rank]), Token(right, merges[rank]), ref earlier))
            {
                throw merges[rank].Error($"the pair is there already, at [{earlier}]", JsonPlace.Damaged);
            }
        }

        return new ByteLevelBpe(vocabulary, ByteTokens(), pairs, merged);
    }

    /// <summary>A pair is an array of two, or one string with a space between.</summary>
    private static (string Left, string Right) Pair(JsonPlace merge)
    {
        if (merge.Value.ValueKind == JsonValueKind.Array)
        {
            return merge.Items() is [var left, var right] ? (left.Text(), right.Text()) : throw NoPair(merge);
        }

        return merge.Text().Split(' ') is [var first, var second] ? (first, second) : throw NoPair(merge);
    }

    private static TokenizerException NoPair(JsonPlace merge) => merge.Error("expected two tokens", JsonPlace.Damaged);

    private int Token(string token, JsonPlace merge) => vocabulary.Find(token)
        ?? throw merge.Error($"the vocabulary lacks the token \"{token}\"", JsonPlace.Damaged);

    private int[] ByteTokens()
    {
        var tokens = new int[256];
        for (var value = 0; value < 256; value++)
        {
            var token = ByteAlphabet.Character((byte)value).ToString();
            // UTF-8 never has C0, C1 and F5 to FF, so vocabularies may leave them out.
            tokens[value] = vocabulary.Find(token) ?? (value is 0xC0 or 0xC1 or >= 0xF5
                ? -1
                : throw place["vocab"].Error($"no token stands for the byte {value:X2} (\"{token}\")", JsonPlace.Damaged));
        }

        return tokens;
    }
}
