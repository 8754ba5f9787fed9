using Pipeline.Storage.Evaluations;

namespace Pipeline.Scoring.Dashboard.Schedules;

/// <summary>Whose a schedule is.</summary>
internal static class ScheduleVisibility
{
    /// <summary>Whether somebody of this tenant (null: who sees all) sees the schedule.</summary>
    public static bool IsSeenBy(this ScheduleRow row, string? tenant) => tenant is null || row.Definition.Tenant == tenant;
}
