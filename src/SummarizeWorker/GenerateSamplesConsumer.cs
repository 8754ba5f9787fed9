using MassTransit;
using Pipeline.Contracts;

namespace Pipeline.SummarizeWorker;

/// <summary>Takes the chunks of evaluations.</summary>
internal sealed class GenerateSamplesConsumer(
    [FromKeyedServices(QueueNames.GenerateSamples)] SummarizeTextsHandler handler, ChunkDelivery delivery) : IConsumer<GenerateSamples>
{
    /// <inheritdoc />
    public Task Consume(ConsumeContext<GenerateSamples> context) => delivery.HandleAsync(
        context, QueueNames.GenerateSamples, context.Message.ChunkId,
        stopping => handler.HandleAsync(context.Message.ChunkId, context.Message.RecipeId, context.Message.GenerationIds.Count, stopping));
}
