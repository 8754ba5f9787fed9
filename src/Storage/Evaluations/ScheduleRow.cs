namespace Pipeline.Storage.Evaluations;

/// <summary>A schedule as it stands.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Definition">What was asked for.</param>
/// <param name="Recipes">Names of its recipes, in the order of their ids.</param>
/// <param name="BaselineRun">The run that others are compared with; null until one has finished.</param>
/// <param name="OpenRun">The run that is going on.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="PausedAt">Since when it does not run by itself; null while it does.</param>
public sealed record ScheduleRow(
    long Id, ScheduleDefinition Definition, IReadOnlyList<string> Recipes, long? BaselineRun, long? OpenRun, DateTimeOffset CreatedAt,
    DateTimeOffset? PausedAt);
