using Hangfire;
using Hangfire.Storage;
using Pipeline.Scoring.Jobs;
using Pipeline.Storage.Evaluations;

namespace Pipeline.Scoring.Evaluations;

/// <summary>Makes Hangfire's recurring jobs follow the table of schedules, which is the truth.</summary>
internal sealed class ScheduleRegistrar(
    ScheduleStore schedules, IRecurringJobManager jobs, JobStorage storage, TimeProvider time, ILogger<ScheduleRegistrar> logger)
{
    private const string Prefix = "reevaluate-";
    private List<(long, string, string)>? _registered;

    /// <summary>Registers what is new or changed and removes what is gone. Costs one query when nothing has changed.</summary>
    public async Task SyncAsync(CancellationToken cancellationToken)
    {
        // A paused schedule has no job; resumed it gets one again.
        var rows = (await schedules.ListAsync(cancellationToken)).Where(row => row.PausedAt is null).ToList();
        var wanted = rows.Select(row => (row.Id, row.Definition.Cron, row.Definition.TimeZone)).ToList();
        if (_registered is not null && _registered.SequenceEqual(wanted))
        {
            return;
        }

        foreach (var row in rows)
        {
            Register(row);
        }

        using var connection = storage.GetConnection();
        foreach (var job in connection.GetRecurringJobs().Where(job => job.Id.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            if (!rows.Any(row => JobId(row) == job.Id))
            {
                jobs.RemoveIfExists(job.Id);
            }
        }

        _registered = wanted;
    }

    private void Register(ScheduleRow row)
    {
        try
        {
            var cron = CronText.Parse(row.Definition.Cron, row.Definition.TimeZone, time.GetUtcNow());
            var id = row.Id;
            jobs.AddOrUpdate<ReevaluateJob>(
                JobId(row), job => job.RunAsync(id, null, CancellationToken.None), row.Definition.Cron,
                new RecurringJobOptions { TimeZone = cron.Zone, MisfireHandling = MisfireHandlingMode.Relaxed });
        }
        catch (ScheduleException exception)
        {
            // Checked when it was stored, perhaps on a machine with other time zones. The others need not suffer.
            logger.ScheduleRefused(row.Definition.Name, exception.Message);
        }
    }

    private static string JobId(ScheduleRow row) => $"{Prefix}{row.Id}-{row.Definition.Name}";
}
