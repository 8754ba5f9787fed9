using MassTransit;
using Pipeline.Contracts;

namespace Pipeline.SummarizeWorker;

/// <summary>Takes production's chunks.</summary>
internal sealed class SummarizeTextsConsumer(SummarizeTextsHandler handler, ChunkDelivery delivery) : IConsumer<SummarizeTexts>
{
    /// <inheritdoc />
    public Task Consume(ConsumeContext<SummarizeTexts> context) => delivery.HandleAsync(
        context, QueueNames.SummarizeTexts, context.Message.ChunkId,
        stopping => handler.HandleAsync(context.Message.ChunkId, context.Message.RecipeId, context.Message.TextIds.Count, stopping));
}
