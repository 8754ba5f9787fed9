using System.Text.Json.Serialization;

namespace Pipeline.Scoring.Evaluations;

/// <summary>What is to be different about a schedule; what is null stays. See <see cref="ScheduleWish"/>.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ScheduleChange(
    string? Cron = null, string? TimeZone = null, int? Fresh = null, double? MinDrop = null, double? MinChange = null, int? AlarmAfter = null,
    int? AlarmWindow = null);
