namespace Pipeline.Scoring;

/// <summary>Event ids 4000 to 4999. Ids, counts and lengths only: never a text.</summary>
internal static partial class Log
{
    [LoggerMessage(4001, LogLevel.Information, "{Count} summaries scored within a minute.")]
    public static partial void Scored(this ILogger logger, int count);

    [LoggerMessage(4002, LogLevel.Warning, "No operator password is set: the Hangfire dashboard is closed to everybody.")]
    public static partial void DashboardClosed(this ILogger logger);
}
