using Pipeline.Storage.Evaluations;

namespace Pipeline.Scoring.Evaluations;

/// <summary>A schedule as command line and HTTP API write it, in snake case. Members are only ever added.</summary>
public sealed record ScheduleDocument(
    string Name, string Cron, string TimeZone, DateTimeOffset? NextRun, IReadOnlyList<string> Recipes, long? BatchId, int Pinned, int Fresh,
    double MinDrop, double MinChange, int AlarmAfter, int AlarmWindow, long? BaselineRun, long? OpenRun, DateTimeOffset CreatedAt, string? Tenant,
    DateTimeOffset? PausedAt, string Kind, int? Samples, double? Temperature)
{
    /// <summary>That of a schedule at a moment.</summary>
    public static ScheduleDocument Of(ScheduleRow row, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(row);
        var definition = row.Definition;
        return new(
            definition.Name, definition.Cron, definition.TimeZone, Next(row, now), row.Recipes, definition.BatchId, definition.Pinned, definition.Fresh,
            definition.MinDrop, definition.MinChange, definition.AlarmAfter, definition.AlarmWindow, row.BaselineRun, row.OpenRun, row.CreatedAt,
            definition.Tenant, row.PausedAt, definition.Kind, definition.Stability?.Samples, definition.Stability?.Temperature);
    }

    /// <summary>When a schedule runs next by itself; null while it is paused, or on a machine that does not know its time zone.</summary>
    public static DateTimeOffset? Next(ScheduleRow row, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(row);
        try
        {
            return row.PausedAt is null ? CronText.Parse(row.Definition.Cron, row.Definition.TimeZone, now).Next(now) : null;
        }
        catch (ScheduleException)
        {
            return null;
        }
    }
}
