namespace Pipeline.Inference.Attention;

/// <summary>What all tokens of an attention share.</summary>
/// <param name="Heads">Heads of the queries; a multiple of <paramref name="KvHeads"/>.</param>
/// <param name="KvHeads">Heads of keys and values.</param>
/// <param name="HeadSize">Numbers of a head; a multiple of 8.</param>
/// <param name="Scale">Factor of the scores.</param>
internal readonly record struct AttentionShape(int Heads, int KvHeads, int HeadSize, float Scale)
{
    /// <summary>Heads that share their keys and values.</summary>
    public int Group => Heads / KvHeads;

    /// <summary>Numbers of a token's queries, keys and values, which lie in this order.</summary>
    public int TokenWidth => (Heads + (2 * KvHeads)) * HeadSize;

    /// <summary>Where a head's keys begin in a token.</summary>
    public int KeyOffset(int kvHead) => (Heads + kvHead) * HeadSize;

    /// <summary>Where a head's values begin in a token.</summary>
    public int ValueOffset(int kvHead) => (Heads + KvHeads + kvHead) * HeadSize;
}
