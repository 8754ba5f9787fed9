using System.Runtime.CompilerServices;

namespace Pipeline.Inference.OpenAi;

/// <summary>Runs requests side by side.</summary>
internal static class Concurrently
{
    /// <summary>
    /// Streams outcomes as they come; how many run at once is the endpoint's matter. An exception, or a caller that goes away, ends the
    /// requests that are still open.
    /// </summary>
    public static async IAsyncEnumerable<TextOutcome<TResult>> RunAsync<TItem, TResult>(
        IReadOnlyList<TItem> items, Func<int, TItem, CancellationToken, Task<TextOutcome<TResult>>> run,
        [EnumeratorCancellation] CancellationToken cancellationToken)
        where TResult : class
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = items.Select((item, index) => run(index, item, ended.Token)).ToArray();
        try
        {
            await foreach (var finished in Task.WhenEach(running).WithCancellation(cancellationToken))
            {
                yield return await finished;
            }
        }
        finally
        {
            await ended.CancelAsync();

            // The endpoint must not be disposed under them; what they throw now was either thrown above or is the cancellation.
            await ((Task)Task.WhenAll(running)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
