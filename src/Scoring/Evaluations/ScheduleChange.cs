using System.Text.Json.Serialization;
using Pipeline.Storage.Evaluations;

namespace Pipeline.Scoring.Evaluations;

/// <summary>What is to be different about a schedule; what is null stays. See <see cref="ScheduleWish"/>.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ScheduleChange(
    string? Cron = null, string? TimeZone = null, int? Fresh = null, double? MinDrop = null, double? MinChange = null, int? AlarmAfter = null,
    int? AlarmWindow = null)
{
    /// <summary>The changed definition, checked.</summary>
    /// <exception cref="ScheduleException">A rule does not hold of it.</exception>
    public ScheduleDefinition ApplyTo(ScheduleDefinition definition, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(definition);
        if (definition.Stability is not null)
        {
            ScheduleRules.RefuseDrops(MinDrop, MinChange);
        }

        var changed = definition with
        {
            Cron = Cron ?? definition.Cron,
            TimeZone = TimeZone ?? definition.TimeZone,
            Fresh = Fresh ?? definition.Fresh,
            MinDrop = MinDrop ?? definition.MinDrop,
            MinChange = MinChange ?? definition.MinChange,
            AlarmAfter = AlarmAfter ?? definition.AlarmAfter,
            AlarmWindow = AlarmWindow ?? definition.AlarmWindow,
        };
        ScheduleRules.Check(changed, now);
        return changed;
    }
}
