using MassTransit;
using Pipeline.ServiceDefaults;
using Pipeline.Storage;

namespace Pipeline.SummarizeWorker;

/// <summary>
/// Between a queue and the handler. A message is acknowledged when its chunk is settled, returned or stale; what lands in the error
/// queue is a bug.
/// </summary>
internal sealed class ChunkDelivery(IHostApplicationLifetime lifetime, ILogger<ChunkDelivery> logger)
{
    /// <summary>Handles one message, or sends it back to the end of its queue.</summary>
    /// <param name="context">The delivery.</param>
    /// <param name="queue">Where it came from.</param>
    /// <param name="chunkId">The chunk, for the log.</param>
    /// <param name="handle">Does the work.</param>
    public async Task HandleAsync<T>(ConsumeContext<T> context, string queue, long chunkId, Func<CancellationToken, Task> handle)
        where T : class
    {
        try
        {
            await handle(lifetime.ApplicationStopping);
        }
        catch (OutageException exception)
        {
            // Should even this be lost, the dispatcher sends the chunk again.
            logger.ReturnedToQueue(exception, chunkId);
            await context.Send(new Uri("exchange:" + queue), context.Message);
        }
        catch (MisconfigurationException exception)
        {
            logger.Misconfigured(exception.Message);
            await context.Send(new Uri("exchange:" + queue), context.Message);
            Environment.ExitCode = ExitCodes.Misconfigured;
            lifetime.StopApplication();
        }
    }
}
