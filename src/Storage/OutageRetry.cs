namespace Pipeline.Storage;

/// <summary>Waits through outages of PostgreSQL with a growing, jittered delay (0.2 s to 10 s).</summary>
public sealed class OutageRetry(TimeProvider time, TimeSpan maxOutage, Action<Exception, TimeSpan> onWait)
{
    private static readonly TimeSpan s_firstDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromSeconds(10);

    /// <summary>Runs <paramref name="action"/> until it succeeds. It must be safe to repeat after an unknown commit.</summary>
    /// <exception cref="OutageException">The outage outlasted the limit; the last fault is inside.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> action, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var delay = s_firstDelay;
        while (true)
        {
            try
            {
                return await action(cancellationToken);
            }
            catch (Exception exception) when (TransientFault.Is(exception) && !cancellationToken.IsCancellationRequested)
            {
                if (time.GetElapsedTime(started) > maxOutage)
                {
                    throw new OutageException($"PostgreSQL did not answer for {maxOutage.TotalSeconds:0} s.", exception);
                }

                onWait(exception, delay);
                await Task.Delay(delay * (0.75 + (Random.Shared.NextDouble() / 2)), time, cancellationToken);
                delay = TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, s_longestDelay.Ticks));
            }
        }
    }

    /// <summary>The same for an action without a result.</summary>
    public Task RunAsync(Func<CancellationToken, Task> action, CancellationToken cancellationToken) =>
        RunAsync(async token => { await action(token); return true; }, cancellationToken);
}
