using Hangfire;

namespace Pipeline.Scoring.Jobs;

/// <summary>Schedules what runs every minute, once the database answers: a dashboard without it says so, and is there when it is back.</summary>
internal sealed class RecurringJobs(IRecurringJobManager jobs, TimeProvider time, ILogger<RecurringJobs> logger) : BackgroundService
{
    private const string ScorePending = "score-pending";
    private const string WatchHealth = "watch-health";
    private const string DeliverAlerts = "deliver-alerts";
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Hangfire's storage knows no asynchronous calls; the start of the service must not wait for them.
        while (!await Task.Run(TrySchedule, stoppingToken))
        {
            await Task.Delay(s_pause, time, stoppingToken);
        }
    }

    private bool TrySchedule()
    {
        try
        {
            jobs.AddOrUpdate<ScorePendingJob>(ScorePending, job => job.RunAsync(CancellationToken.None), Cron.Minutely());
            jobs.AddOrUpdate<WatchHealthJob>(WatchHealth, job => job.RunAsync(CancellationToken.None), Cron.Minutely());
            jobs.AddOrUpdate<DeliverAlertsJob>(DeliverAlerts, job => job.RunAsync(CancellationToken.None), Cron.Minutely());
            jobs.Trigger(ScorePending);
            return true;
        }
        catch (Exception exception)
        {
            logger.SchedulingInterrupted(exception, s_pause.TotalSeconds);
            return false;
        }
    }
}
