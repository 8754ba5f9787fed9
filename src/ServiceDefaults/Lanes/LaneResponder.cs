using MassTransit;

namespace Pipeline.ServiceDefaults.Lanes;

/// <summary>How a worker answers requests.</summary>
public static class LaneResponder
{
    private static readonly TimeSpan s_loadPatience = TimeSpan.FromSeconds(3);

    /// <summary>Answers one request, or says why not. It is over when its sender has stopped waiting.</summary>
    /// <param name="context">The delivery.</param>
    /// <param name="load">Sees to the engine; a model can take minutes, so it goes on when the request is refused meanwhile.</param>
    /// <param name="answer">Makes the answer.</param>
    /// <param name="explain">What became of an exception that is no bug; null for a bug.</param>
    /// <param name="stopping">The worker stops.</param>
    public static async Task AnswerAsync<TRequest, TAnswer>(
        ConsumeContext<TRequest> context, Func<Task> load, Func<CancellationToken, Task<TAnswer>> answer,
        Func<Exception, RequestRefused?> explain, CancellationToken stopping)
        where TRequest : class
        where TAnswer : class
    {
        if (context.ReceiveContext.Redelivered)
        {
            // It may be what ended the worker before; it must not end this one too.
            await context.RespondAsync(new RequestRefused("worker-lost", "The worker that had this request has ended over it or beside it.", RequestRefused.Soon));
            return;
        }

        using var waited = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        if (context is { ExpirationTime: { } expires, SentTime: { } sent })
        {
            // Both are the sender's clock.
            waited.CancelAfter(expires > sent ? expires - sent : TimeSpan.Zero);
        }

        try
        {
            // Opening a model blocks its thread.
            var loading = Task.Run(load, CancellationToken.None);
            if (await Task.WhenAny(loading, Task.Delay(s_loadPatience, waited.Token)) != loading)
            {
                // What comes of it the next request is told.
                _ = loading.ContinueWith(task => _ = task.Exception, TaskScheduler.Default);
                await context.RespondAsync(new RequestRefused("model-loading", "The model is being loaded.", RequestRefused.Soon));
                return;
            }

            await loading;
            await context.RespondAsync(await answer(waited.Token));
        }
        catch (OperationCanceledException) when (waited.IsCancellationRequested)
        {
            if (stopping.IsCancellationRequested)
            {
                await context.RespondAsync(new RequestRefused("worker-lost", "The worker is stopping.", RequestRefused.Soon));
            }
        }
        catch (Exception exception) when (explain(exception) is { } refused)
        {
            await context.RespondAsync(refused);
        }
    }
}
