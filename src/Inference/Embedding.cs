namespace Pipeline.Inference;

/// <summary>The vector of one text.</summary>
/// <param name="Values">L2-normalised, finite; as long as <see cref="IEmbedder.Dimensions"/>.</param>
public sealed record Embedding(float[] Values);
