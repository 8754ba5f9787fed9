using System.Globalization;
using Hangfire;
using Hangfire.Server;
using Pipeline.Scoring.Evaluations;
using Pipeline.Storage.Evaluations;

namespace Pipeline.Scoring.Jobs;

/// <summary>
/// The recurring job of a schedule: starts a run and ends. The ledger has the run from then on, so nothing of it hangs on this job, and a
/// job that Hangfire starts again finds the run that it started.
/// </summary>
public sealed class ReevaluateJob(ScheduleStore schedules, ScheduleRunner runner, ILogger<ReevaluateJob> logger)
{
    /// <summary>Starts a run of the schedule, unless one is going on.</summary>
    /// <param name="scheduleId">The schedule.</param>
    /// <param name="context">Filled in by Hangfire; names the request.</param>
    /// <param name="cancellationToken">Filled in by Hangfire.</param>
    [AutomaticRetry(Attempts = 3, DelaysInSeconds = [2, 5, 10])]
    public async Task RunAsync(long scheduleId, PerformContext? context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (await schedules.FindAsync(scheduleId, cancellationToken) is not { PausedAt: null } schedule)
        {
            // Removed or paused; its recurring job is about to go too.
            return;
        }

        var request = string.Create(CultureInfo.InvariantCulture, $"job {context.BackgroundJob.Id} {context.BackgroundJob.CreatedAt:O}");
        var start = await runner.StartAsync(schedule, request, cancellationToken);
        if (start.IsNew)
        {
            logger.RunStarted(start.Run, schedule.Definition.Name, start.Texts);
        }
        else
        {
            logger.RunIsOpen(start.Run, schedule.Definition.Name);
        }
    }
}
