namespace Pipeline.Scoring;

/// <summary>Event ids 4000 to 4999. Ids, counts and lengths only: never a text.</summary>
internal static partial class Log
{
    [LoggerMessage(4001, LogLevel.Information, "{Count} summaries scored within a minute.")]
    public static partial void Scored(this ILogger logger, int count);

    [LoggerMessage(4002, LogLevel.Warning, "No operator password is set: the Hangfire dashboard is closed to everybody.")]
    public static partial void DashboardClosed(this ILogger logger);

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
}
