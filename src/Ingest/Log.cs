namespace Pipeline.Ingest;

/// <summary>Event ids 1000 to 1999. Ids, counts and lengths only: never a text.</summary>
internal static partial class Log
{
    [LoggerMessage(1001, LogLevel.Information, "This dispatcher is the active one.")]
    public static partial void Leading(this ILogger logger);

    [LoggerMessage(1002, LogLevel.Warning, "Dispatching is interrupted ({Fault}: {Reason}); next try in {Seconds:0.0} s.")]
    public static partial void DispatchInterrupted(this ILogger logger, string fault, string reason, double seconds);

    [LoggerMessage(1003, LogLevel.Warning, "{Count} chunks were held by workers that fell silent; their texts are sent again.")]
    public static partial void LeasesExpired(this ILogger logger, int count);

    [LoggerMessage(1004, LogLevel.Warning, "{Count} messages of queue {Queue} are lost; their texts are sent again.")]
    public static partial void MessagesLost(this ILogger logger, int count, string queue);

    [LoggerMessage(1010, LogLevel.Warning, "Batch {Batch} waits for PostgreSQL ({Fault}); next try in {Seconds:0.0} s.")]
    public static partial void SubmissionWaits(this ILogger logger, long batch, string fault, double seconds);

    [LoggerMessage(1011, LogLevel.Warning, "Batch {Batch} of the OpenAI API is interrupted ({Fault}: {Reason}) and taken up again.")]
    public static partial void OpenAiBatchInterrupted(this ILogger logger, string batch, string fault, string reason);
}
