namespace Pipeline.Inference.Architectures;

/// <summary>The numbers of a Qwen2 model.</summary>
/// <param name="Vocabulary">Rows of the embedding.</param>
/// <param name="Hidden">Width.</param>
/// <param name="Layers">Blocks.</param>
/// <param name="Heads">Heads of the queries.</param>
/// <param name="KvHeads">Heads of keys and values; divides <paramref name="Heads"/>.</param>
/// <param name="HeadSize">Width of a head.</param>
/// <param name="Inner">Width of the feed-forward layer.</param>
/// <param name="Epsilon">Of every RMSNorm.</param>
/// <param name="Theta">Base of the rotary frequencies.</param>
/// <param name="MaxTokens">Positions that the model was made for.</param>
/// <param name="TiedHead">The embedding is the head.</param>
internal sealed record Qwen2Config(
    int Vocabulary, int Hidden, int Layers, int Heads, int KvHeads, int HeadSize, int Inner, float Epsilon, double Theta, int MaxTokens,
    bool TiedHead);
