using MassTransit;
using Pipeline.Contracts.Requests;
using Pipeline.Inference;
using Pipeline.Inference.Recipes;
using Pipeline.ServiceDefaults;
using Pipeline.ServiceDefaults.Lanes;
using Pipeline.Storage;

namespace Pipeline.EmbedWorker;

/// <summary>Answers those who wait for a vector.</summary>
internal sealed class EmbedRequestConsumer(
    [FromKeyedServices(RequestPriority.Interactive)] EmbedderCache engines, IHostApplicationLifetime lifetime) : IConsumer<EmbedRequest>
{
    /// <inheritdoc />
    public Task Consume(ConsumeContext<EmbedRequest> context)
    {
        var request = context.Message;
        return LaneResponder.AnswerAsync(
            context, () => engines.LoadAsync(request.RecipeId, lifetime.ApplicationStopping), token => EmbedAsync(request, token), Explain,
            lifetime.ApplicationStopping);
    }

    private async Task<EmbedAnswer> EmbedAsync(EmbedRequest request, CancellationToken cancellationToken)
    {
        var engine = engines[request.RecipeId];
        var vectors = new TextVector[request.Texts.Count];
        await foreach (var outcome in engine.EmbedAsync(request.Texts, cancellationToken))
        {
            vectors[outcome.Index] = outcome.Value is not { } embedding
                ? new TextVector(null, outcome.Failure!.Code, outcome.Failure.Reason)
                : VectorRule.Violation(embedding.Values, engine.Dimensions) is { } violation
                    ? new TextVector(null, VectorRule.Code, violation)
                    : new TextVector(embedding.Values);
        }

        return new EmbedAnswer(vectors);
    }

    private static RequestRefused? Explain(Exception exception) => exception switch
    {
        MisconfigurationException or RecipeException => new RequestRefused(TextFailure.RecipeNotRunnable, exception.Message),
        EngineException engine => new RequestRefused("engine-away", engine.Message, (int)engine.Pause.TotalSeconds),
        _ when TransientFault.Is(exception) => new RequestRefused("database-away", "PostgreSQL does not answer the worker.", RequestRefused.Soon),
        _ => null,
    };
}
