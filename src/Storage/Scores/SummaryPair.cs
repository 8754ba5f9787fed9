namespace Pipeline.Storage.Scores;

/// <summary>A summary and the text that it summarises.</summary>
/// <param name="RecipeId">The recipe that summarised.</param>
/// <param name="TextId">The text.</param>
/// <param name="Summary">Words of the summary.</param>
/// <param name="Source">Words of the text.</param>
public sealed record SummaryPair(int RecipeId, long TextId, string Summary, string Source);
