namespace Pipeline.Storage.Evaluations;

/// <summary>A row of the view <c>evaluation_runs</c>.</summary>
public sealed record EvaluationRunRow(
    long Run, string Kind, string? Schedule, string State, double? Temperature, string? RougeSignature, DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt, bool IsBaseline, long Open, long Done, long Failed, double? EngineSeconds, bool Alarm)
{
    /// <summary>Nothing is left to do.</summary>
    public bool IsFinished => State == "done";
}
