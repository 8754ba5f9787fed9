namespace Pipeline.Scoring;

/// <summary>Event ids 4000 to 4999. Ids, counts and lengths only: never a text.</summary>
internal static partial class Log
{
    [LoggerMessage(4001, LogLevel.Information, "{Count} summaries scored within a minute.")]
    public static partial void Scored(this ILogger logger, int count);

    [LoggerMessage(4002, LogLevel.Warning, "No operator password is set: the dashboard and the Hangfire dashboard are closed to everybody.")]
    public static partial void DashboardClosed(this ILogger logger);

    [LoggerMessage(4003, LogLevel.Information, "{User} has logged in to the dashboard.")]
    public static partial void LoggedIn(this ILogger logger, string user);

    [LoggerMessage(4004, LogLevel.Warning, "A log-in to the dashboard was refused: wrong user or password.")]
    public static partial void LoginRefused(this ILogger logger);

    [LoggerMessage(4005, LogLevel.Information, "{User} has requeued {Count} work items of batch {Batch}.")]
    public static partial void Requeued(this ILogger logger, string user, int count, long batch);

    [LoggerMessage(4006, LogLevel.Error, "Figures of the dashboard could not be counted.")]
    public static partial void CountingFailed(this ILogger logger, Exception exception);
}
