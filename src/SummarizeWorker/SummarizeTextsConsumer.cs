using MassTransit;
using Pipeline.Contracts;
using Pipeline.ServiceDefaults;
using Pipeline.Storage;

namespace Pipeline.SummarizeWorker;

/// <summary>
/// Adapter between queue and handler. A message is acknowledged when its chunk is settled, returned or stale; what lands in the
/// error queue is a bug.
/// </summary>
internal sealed class SummarizeTextsConsumer(SummarizeTextsHandler handler, IHostApplicationLifetime lifetime, ILogger<SummarizeTextsConsumer> logger)
    : IConsumer<SummarizeTexts>
{
    /// <inheritdoc />
    public async Task Consume(ConsumeContext<SummarizeTexts> context)
    {
        try
        {
            await handler.HandleAsync(context.Message, lifetime.ApplicationStopping);
        }
        catch (OutageException exception)
        {
            // Back to the end of the queue. Should even this be lost, the dispatcher sends the chunk again.
            logger.ReturnedToQueue(exception, context.Message.ChunkId);
            await context.Send(new Uri("exchange:" + QueueNames.SummarizeTexts), context.Message);
        }
        catch (MisconfigurationException exception)
        {
            logger.Misconfigured(exception.Message);
            await context.Send(new Uri("exchange:" + QueueNames.SummarizeTexts), context.Message);
            Environment.ExitCode = ExitCodes.Misconfigured;
            lifetime.StopApplication();
        }
    }
}
