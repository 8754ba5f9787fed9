namespace Pipeline.EmbedWorker;

/// <summary>Event ids 2000 to 2999. Ids, counts and lengths only: never a text.</summary>
internal static partial class Log
{
    [LoggerMessage(2001, LogLevel.Debug, "Chunk {ChunkId}: {Settled} of {Size} texts settled.")]
    public static partial void ChunkSettled(this ILogger logger, long chunkId, int settled, int size);

    [LoggerMessage(2002, LogLevel.Warning, "PostgreSQL does not answer ({Fault}); trying again in {Seconds:0.0} s.")]
    public static partial void WaitingForPostgres(this ILogger logger, string fault, double seconds);

    [LoggerMessage(2003, LogLevel.Warning, "Chunk {ChunkId} goes back to the queue.")]
    public static partial void ReturnedToQueue(this ILogger logger, Exception exception, long chunkId);

    [LoggerMessage(2004, LogLevel.Critical, "Stopping: {Reason}")]
    public static partial void Misconfigured(this ILogger logger, string reason);

    [LoggerMessage(2005, LogLevel.Critical, "The engine hangs in chunk {ChunkId} and ignores its cancellation; ending the process.")]
    public static partial void EngineHangs(this ILogger logger, long chunkId);

    [LoggerMessage(2006, LogLevel.Error, "Recipe {RecipeId} cannot be run by this build, its texts are refused: {Reason}")]
    public static partial void RecipeRefused(this ILogger logger, int recipeId, string reason);

    [LoggerMessage(2007, LogLevel.Warning, "{Reason} Its texts wait; trying again in {Seconds:0} s.")]
    public static partial void EngineIsAway(this ILogger logger, string reason, double seconds);
}
