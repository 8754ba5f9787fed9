namespace Pipeline.Inference;

/// <summary>The vector of one text.</summary>
/// <param name="Values">L2-normalised, finite; as long as <see cref="IEmbedder.Dimensions"/>.</param>
public sealed record Embedding(float[] Values)
{
    /// <summary>True when the engine read only the head of the text because of its input limit.</summary>
    public bool Truncated { get; init; }
}
