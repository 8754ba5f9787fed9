using MassTransit;
using Pipeline.Contracts.Requests;
using Pipeline.Inference;
using Pipeline.Inference.Recipes;
using Pipeline.ServiceDefaults;
using Pipeline.ServiceDefaults.Lanes;
using Pipeline.Storage;

namespace Pipeline.SummarizeWorker;

/// <summary>Answers those who wait for a summary.</summary>
internal sealed class SummarizeRequestConsumer(
    [FromKeyedServices(RequestPriority.Interactive)] SummarizerCache engines, IHostApplicationLifetime lifetime) : IConsumer<SummarizeRequest>
{
    /// <inheritdoc />
    public Task Consume(ConsumeContext<SummarizeRequest> context)
    {
        var request = context.Message;
        return LaneResponder.AnswerAsync(
            context, () => engines.LoadAsync(request.RecipeId, lifetime.ApplicationStopping), token => SummarizeAsync(request, token), Explain,
            lifetime.ApplicationStopping);
    }

    private async Task<SummarizeAnswer> SummarizeAsync(SummarizeRequest request, CancellationToken cancellationToken)
    {
        var outcome = default(TextOutcome<Summary>);
        await foreach (var only in engines[request.RecipeId].SummarizeAsync([request.Text], cancellationToken))
        {
            outcome = only;
        }

        return outcome switch
        {
            { Value: { Text.Length: > 0 } summary } => new SummarizeAnswer(summary.Text, summary.FinishReason, summary.Truncated, summary.Flags),
            { Failure: { } failure } => new SummarizeAnswer(null, null, Truncated: false, [], failure.Code, failure.Reason),
            _ => new SummarizeAnswer(null, null, Truncated: false, [], "empty-summary", "The engine gave an empty summary."),
        };
    }

    private static RequestRefused? Explain(Exception exception) => exception switch
    {
        MisconfigurationException or RecipeException => new RequestRefused(TextFailure.RecipeNotRunnable, exception.Message),
        EngineException engine => new RequestRefused("engine-away", engine.Message, (int)engine.Pause.TotalSeconds),
        _ when TransientFault.Is(exception) => new RequestRefused("database-away", "PostgreSQL does not answer the worker.", RequestRefused.Soon),
        _ => null,
    };
}
