namespace Pipeline.Storage.Embedders;

/// <summary>An embedder of a batch and how far it is.</summary>
/// <param name="EmbedderId">Id of its recipe.</param>
/// <param name="Embedder">Its name.</param>
/// <param name="IsCurrent">Whether results, health and comparisons of the batch show its cosines.</param>
/// <param name="Texts">Different texts and summaries of the batch.</param>
/// <param name="Embedded">Those with a vector.</param>
/// <param name="Failed">Those that could not be embedded.</param>
public sealed record EmbedderProgress(int EmbedderId, string Embedder, bool IsCurrent, long Texts, long Embedded, long Failed)
{
    /// <summary>Nothing is left to embed.</summary>
    public bool IsComplete => Embedded + Failed == Texts;
}
