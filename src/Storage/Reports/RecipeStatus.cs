namespace Pipeline.Storage.Reports;

/// <summary>Accepted lines of a batch under one recipe, by state; <paramref name="Scored"/> of them are scored.</summary>
public sealed record RecipeStatus(
    string Recipe, long Pending, long Running, long Done, long Rejected, long Quarantined, long Cancelled, long Scored);
