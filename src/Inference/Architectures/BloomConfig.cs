namespace Pipeline.Inference.Architectures;

/// <summary>The numbers of a BLOOM model.</summary>
/// <param name="Vocabulary">Rows of the embedding.</param>
/// <param name="Hidden">Width.</param>
/// <param name="Layers">Blocks.</param>
/// <param name="Heads">Attention heads; divides <paramref name="Hidden"/>.</param>
/// <param name="Inner">Width of the feed-forward layer.</param>
/// <param name="Epsilon">Of every LayerNorm.</param>
internal sealed record BloomConfig(int Vocabulary, int Hidden, int Layers, int Heads, int Inner, float Epsilon)
{
    /// <summary>Width of a head.</summary>
    public int HeadSize => Hidden / Heads;
}
