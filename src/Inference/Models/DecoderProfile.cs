using System.Collections.Immutable;

namespace Pipeline.Inference.Models;

/// <summary>What running a decoder needs to know.</summary>
public sealed record DecoderProfile
{
    /// <summary>Transformer blocks, each with a key/value cache of its own.</summary>
    public required int Layers { get; init; }

    /// <summary>Heads of the queries.</summary>
    public required int Heads { get; init; }

    /// <summary>Heads of keys and values; divides <see cref="Heads"/>.</summary>
    public required int KvHeads { get; init; }

    /// <summary>Numbers in one head.</summary>
    public required int HeadSize { get; init; }

    /// <summary>
    /// <see cref="ModelPrecision.Int8"/> where the import asked for keys and values of 8 bits; null where they are as the graph makes them: float32 on CPUs, int8 in
    /// graphs that are int8 or int4, and float16 on GPUs.
    /// </summary>
    public ModelPrecision? Cache { get; init; }

    /// <summary>Ids that it can choose; null for all of the vocabulary.</summary>
    public int? HeadIds { get; init; }

    /// <summary>Ids that end a text; the first is the canonical one.</summary>
    public required ImmutableArray<int> EosIds { get; init; }

    /// <summary>The id that starts a text, when the model has one.</summary>
    public int? BosId { get; init; }

    /// <summary>The id of padding, when the model has one.</summary>
    public int? PadId { get; init; }
}
