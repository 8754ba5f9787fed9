using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Pipeline.Scoring.Evaluations;

/// <summary>A schedule that somebody asks for, by names; not checked yet.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ScheduleWish
{
    [Description("1 to 60 characters without white space, unique in the installation.")]
    public required string Name { get; init; }

    [Description("Minute, hour, day of the month, month, day of the week, such as '0 3 * * *'.")]
    public required string Cron { get; init; }

    [Description("Time zone of the cron expression, such as Asia/Shanghai.")]
    public string TimeZone { get; init; } = "UTC";

    [Description("Names of summarising recipes; GET /api/recipes lists them.")]
    public required IReadOnlyList<string> Recipes { get; init; }

    [Description("Only documents of this batch, by id.")]
    public long? BatchId { get; init; }

    [Description("Texts that every run repeats, drawn now: 20 to 10000, or 0 for none.")]
    public int Pinned { get; init; } = 100;

    [Description("Texts drawn for each run from what came in since the one before: 20 to 10000, or 0 for none.")]
    public int Fresh { get; init; } = 100;

    [Description("Smallest drop of a mean score that counts; 0.01 is one ROUGE point.")]
    public double MinDrop { get; init; } = 0.01;

    [Description("How far summaries may move from the baseline's (1 - ROUGE-L) before it counts.")]
    public double MinChange { get; init; } = 0.1;

    [Description("Runs with a drop that raise an alarm, of the latest alarm_window runs.")]
    public int AlarmAfter { get; init; } = 2;

    [Description("How many of the latest runs are looked at.")]
    public int AlarmWindow { get; init; } = 3;
}
