namespace Pipeline.Storage.Reviews;

/// <summary>A rating with the recipe that was hidden from its reviewer.</summary>
/// <param name="Recipe">The recipe.</param>
/// <param name="Reviewer">Who rated.</param>
/// <param name="Rating">The rating.</param>
public sealed record RatedSummary(string Recipe, string Reviewer, SummaryRating Rating);
