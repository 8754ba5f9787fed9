namespace Pipeline.Storage.Evaluations;

/// <summary>A run with its figures as command line and HTTP API write it, in snake case. Members are only ever added.</summary>
public sealed record RunDocument(
    long Run, string Kind, string? Schedule, string State, double? Temperature, string? RougeSignature, DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt, bool IsBaseline, long Open, long Done, long Failed, double? EngineSeconds, bool Alarm,
    IReadOnlyList<RunFigureDocument> Figures)
{
    /// <summary>That of a run.</summary>
    public static RunDocument Of(EvaluationRunRow run, IEnumerable<EvaluationFigure> figures)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new(
            run.Run, run.Kind, run.Schedule, run.State, run.Temperature, run.RougeSignature, run.StartedAt, run.FinishedAt, run.IsBaseline, run.Open,
            run.Done, run.Failed, run.EngineSeconds, run.Alarm, [.. figures.Select(RunFigureDocument.Of)]);
    }
}
