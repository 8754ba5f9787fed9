using System.Diagnostics;
using MassTransit;
using Microsoft.Extensions.Options;
using Pipeline.Contracts;
using Pipeline.Storage.Ledger;

namespace Pipeline.Ingest.Dispatch;

/// <summary>Sends chunks as commands: to the queue's own exchange, mandatory, confirmed, within a time limit.</summary>
internal sealed class ChunkSender(IBus bus, IOptions<DispatcherOptions> options)
{
    /// <summary>Sends one chunk. Any exception means "unknown": the message may still arrive.</summary>
    public async Task SendAsync(DispatchChunk chunk, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.Value.SendTimeout);
        var endpoint = await bus.GetSendEndpoint(new Uri("exchange:" + chunk.Queue)).WaitAsync(timeout.Token);
        await (chunk.Queue switch
        {
            QueueNames.EmbedTexts => endpoint.Send(new EmbedTexts(chunk.Id, chunk.RecipeId, chunk.TextIds), Configure<EmbedTexts>, timeout.Token),
            QueueNames.SummarizeTexts =>
                endpoint.Send(new SummarizeTexts(chunk.Id, chunk.RecipeId, chunk.TextIds), Configure<SummarizeTexts>, timeout.Token),
            QueueNames.GenerateSamples =>
                endpoint.Send(new GenerateSamples(chunk.Id, chunk.RecipeId, chunk.TextIds), Configure<GenerateSamples>, timeout.Token),
            _ => throw new UnreachableException($"No command goes to the queue '{chunk.Queue}'."),
        }).WaitAsync(timeout.Token);
    }

    private static void Configure<T>(SendContext<T> context)
        where T : class
    {
        // Without it a message to an exchange that lost its queue would vanish without an error.
        if (context.TryGetPayload<RabbitMqSendContext>(out var rabbit))
        {
            rabbit.Mandatory = true;
        }
    }
}
