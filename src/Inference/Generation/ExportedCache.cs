using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;
using Pipeline.Inference.Models;

namespace Pipeline.Inference.Generation;

/// <summary>
/// Keys or values of one layer of an exported decoder. Two layouts are in use: [rows, heads, past, head size], and that of BLOOM before
/// transformers 4.44, keys [rows * heads, head size, past] and values [rows * heads, past, head size]. Both have the rows outside, so only
/// an empty cache needs to know which it is.
/// </summary>
/// <param name="Past">Name of the input.</param>
/// <param name="Present">Name of the output.</param>
/// <param name="IsKey">Keys or values.</param>
/// <param name="Rank">4 or 3.</param>
internal sealed record ExportedCache(string Past, string Present, bool IsKey, int Rank)
{
    public const string Key = "key";
    public const string Value = "value";

    /// <summary>The caches of a graph's inputs, layer by layer, keys first.</summary>
    public static ImmutableArray<ExportedCache> Of(IReadOnlyDictionary<string, NodeMetadata> inputs, int layers) =>
    [
        .. from layer in Enumerable.Range(0, layers)
           from part in (string[])[Key, Value]
           let past = PastName(layer, part)
           select new ExportedCache(past, PresentName(layer, part), part == Key, inputs[past].Dimensions.Length),
    ];

    /// <summary>Name of a layer's input; <paramref name="part"/> is <see cref="Key"/> or <see cref="Value"/>.</summary>
    public static string PastName(int layer, string part) => $"past_key_values.{layer}.{part}";

    /// <summary>Name of a layer's output; <paramref name="part"/> is <see cref="Key"/> or <see cref="Value"/>.</summary>
    public static string PresentName(int layer, string part) => $"present.{layer}.{part}";

    /// <summary>Shape with a past.</summary>
    public long[] Shape(int rows, int past, DecoderProfile profile) => (Rank, IsKey) switch
    {
        (4, _) => [rows, profile.KvHeads, past, profile.HeadSize],
        (_, true) => [rows * profile.KvHeads, profile.HeadSize, past],
        (_, false) => [rows * profile.KvHeads, past, profile.HeadSize],
    };

    /// <summary>Stretches of memory that a row consists of, one after the other, each with the whole past in its order.</summary>
    public int Lines(DecoderProfile profile) => (Rank, IsKey) == (3, true) ? profile.KvHeads * profile.HeadSize : profile.KvHeads;
}
