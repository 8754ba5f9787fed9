namespace Pipeline.Scoring;

/// <summary>Event ids 4000 to 4999. Ids, counts and lengths only: never a text.</summary>
internal static partial class Log
{
    [LoggerMessage(4001, LogLevel.Information, "{Count} summaries scored within a minute.")]
    public static partial void Scored(this ILogger logger, int count);

    [LoggerMessage(4002, LogLevel.Warning, "No operator password is set: the dashboard and the Hangfire dashboard open to API keys only.")]
    public static partial void DashboardClosed(this ILogger logger);

    [LoggerMessage(4003, LogLevel.Information, "{User} has logged in to the dashboard.")]
    public static partial void LoggedIn(this ILogger logger, string user);

    [LoggerMessage(4004, LogLevel.Warning, "A log-in to the dashboard was refused: wrong user or password.")]
    public static partial void LoginRefused(this ILogger logger);

    [LoggerMessage(4005, LogLevel.Information, "{User} has requeued {Count} work items of batch {Batch}.")]
    public static partial void Requeued(this ILogger logger, string user, int count, long batch);

    [LoggerMessage(4007, LogLevel.Information, "{User} has asked schedule {Schedule} to {Action}.")]
    public static partial void ScheduleTouched(this ILogger logger, string user, string action, long schedule);

    [LoggerMessage(4006, LogLevel.Error, "Figures of the dashboard could not be counted.")]
    public static partial void CountingFailed(this ILogger logger, Exception exception);

    [LoggerMessage(4008, LogLevel.Error, "{Method} {Path} failed (request {Trace}).")]
    public static partial void PageFailed(this ILogger logger, string method, string path, string trace, Exception exception);

    [LoggerMessage(4010, LogLevel.Information, "Webhook: alert {Alert} ({Event}) delivered at attempt {Attempt}.")]
    public static partial void NewsDelivered(this ILogger logger, long alert, string @event, int attempt);

    [LoggerMessage(4011, LogLevel.Warning, "Webhook: alert {Alert} ({Event}) not delivered at attempt {Attempt}: {Error}. It will be tried again.")]
    public static partial void NewsNotDelivered(this ILogger logger, long alert, string @event, int attempt, string error);

    [LoggerMessage(4012, LogLevel.Error, "Webhook: news of {Count} alerts given up after {GiveUpAfter}; 'alerts list' has the alerts.")]
    public static partial void NewsAbandoned(this ILogger logger, int count, TimeSpan giveUpAfter);

    [LoggerMessage(4013, LogLevel.Warning, "Alert {Alert} ({Rule}, {Subject}): {Message}")]
    public static partial void AlertOpened(this ILogger logger, long alert, string rule, string subject, string message);

    [LoggerMessage(4014, LogLevel.Information, "Alert {Rule} of {Subject} is resolved.")]
    public static partial void AlertResolved(this ILogger logger, string rule, string subject);

    [LoggerMessage(4020, LogLevel.Information, "Run {Run} of schedule '{Schedule}' has started with {Texts} texts.")]
    public static partial void RunStarted(this ILogger logger, long run, string schedule, int texts);

    [LoggerMessage(4021, LogLevel.Warning, "Run {Run} of schedule '{Schedule}' is still going on, or this job has started it before; no other is started.")]
    public static partial void RunIsOpen(this ILogger logger, long run, string schedule);

    [LoggerMessage(4022, LogLevel.Information, "Run {Run} is scored: {Figures} figures, {Alarms} alarms.")]
    public static partial void RunScored(this ILogger logger, long run, int figures, int alarms);

    [LoggerMessage(4023, LogLevel.Error, "Schedule '{Schedule}' can't be kept here: {Reason}")]
    public static partial void ScheduleRefused(this ILogger logger, string schedule, string reason);

    [LoggerMessage(4024, LogLevel.Warning, "Evaluations are not looked after; trying again in {Seconds:0} s.")]
    public static partial void EvaluationInterrupted(this ILogger logger, Exception exception, double seconds);

    [LoggerMessage(4025, LogLevel.Warning, "The jobs of every minute are not scheduled yet; trying again in {Seconds:0} s.")]
    public static partial void SchedulingInterrupted(this ILogger logger, Exception exception, double seconds);
}
