namespace Pipeline.Storage.Scores;

/// <summary>How a recipe's texts ended within a period.</summary>
/// <param name="Recipe">Name of the recipe.</param>
/// <param name="Done">Summaries made.</param>
/// <param name="Failed">Texts rejected or quarantined by its engine; summaries quarantined for their health do not count.</param>
public sealed record SettledCounts(string Recipe, long Done, long Failed);
