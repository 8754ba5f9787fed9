namespace Pipeline.SummarizeWorker;

/// <summary>Event ids 3000 to 3999. Ids, counts and lengths only: never a text.</summary>
internal static partial class Log
{
    [LoggerMessage(3001, LogLevel.Debug, "Chunk {ChunkId}: {Settled} of {Size} texts settled.")]
    public static partial void ChunkSettled(this ILogger logger, long chunkId, int settled, int size);

    [LoggerMessage(3002, LogLevel.Warning, "PostgreSQL does not answer ({Fault}); trying again in {Seconds:0.0} s.")]
    public static partial void WaitingForPostgres(this ILogger logger, string fault, double seconds);

    [LoggerMessage(3003, LogLevel.Warning, "Chunk {ChunkId} goes back to the queue.")]
    public static partial void ReturnedToQueue(this ILogger logger, Exception exception, long chunkId);

    [LoggerMessage(3004, LogLevel.Critical, "Stopping: {Reason}")]
    public static partial void Misconfigured(this ILogger logger, string reason);

    [LoggerMessage(3005, LogLevel.Critical, "The engine hangs in chunk {ChunkId} and ignores its cancellation; ending the process.")]
    public static partial void EngineHangs(this ILogger logger, long chunkId);

    [LoggerMessage(3006, LogLevel.Error, "Recipe {RecipeId} cannot be run by this build, its texts are refused: {Reason}")]
    public static partial void RecipeRefused(this ILogger logger, int recipeId, string reason);

    [LoggerMessage(3007, LogLevel.Warning, "{Reason} Its texts wait; trying again in {Seconds:0} s.")]
    public static partial void EngineIsAway(this ILogger logger, string reason, double seconds);
}
