namespace Pipeline.Storage.Search;

/// <summary>A document that a search shows; of those with the same text the newest.</summary>
/// <param name="TextId">Its text.</param>
/// <param name="Id">The id that its submitter gave it.</param>
/// <param name="Source">Where it came from.</param>
/// <param name="BatchId">The batch, the newest it is in.</param>
/// <param name="Batch">Name of the batch.</param>
/// <param name="Line">Line in the batch.</param>
/// <param name="AcceptedAt">When it was accepted.</param>
/// <param name="Text">The text.</param>
/// <param name="Recipe">Recipe of the summary; null without one.</param>
/// <param name="Summary">The newest summary, or that of the recipe asked for.</param>
/// <param name="Category">What it is filed under; null for nothing.</param>
public sealed record SearchDocument(
    long TextId, string Id, string Source, long BatchId, string Batch, long Line, DateTimeOffset AcceptedAt, string Text, string? Recipe, string? Summary,
    string? Category);
