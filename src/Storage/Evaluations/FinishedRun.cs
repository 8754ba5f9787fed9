namespace Pipeline.Storage.Evaluations;

/// <summary>A run that has generated everything and waits for its scores.</summary>
/// <param name="Id">The run.</param>
/// <param name="Schedule">Its schedule as it stands; null for a stability check by hand and when the schedule was removed.</param>
/// <param name="Recipes">Names of the recipes under evaluation by id.</param>
/// <param name="BaselineSignature">ROUGE signature of the baseline run; null without one.</param>
public sealed record FinishedRun(long Id, ScheduleRow? Schedule, IReadOnlyDictionary<int, string> Recipes, string? BaselineSignature)
{
    /// <summary>True for a check of stability, false for a re-evaluation.</summary>
    public required bool IsStability { get; init; }
}
