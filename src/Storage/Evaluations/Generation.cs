namespace Pipeline.Storage.Evaluations;

/// <summary>One generation that has ended, with what it is to be scored against.</summary>
/// <param name="Id">Its id.</param>
/// <param name="TextId">The text.</param>
/// <param name="RecipeId">The recipe under evaluation.</param>
/// <param name="Part"><c>pinned</c>, <c>fresh</c> or <c>stability</c>.</param>
/// <param name="Summary">What was generated; null when it failed.</param>
/// <param name="Source">The text itself.</param>
/// <param name="Reference">The text's reference, if it has one.</param>
/// <param name="Baseline">What the baseline run made of the same text with the same recipe.</param>
public sealed record Generation(
    long Id, long TextId, int RecipeId, string Part, string? Summary, string Source, string? Reference, string? Baseline);
