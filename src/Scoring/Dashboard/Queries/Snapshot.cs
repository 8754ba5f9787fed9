namespace Pipeline.Scoring.Dashboard.Queries;

/// <summary>
/// Figures that take longer to count than a page may take: counted while somebody looks, at most one count at a time, and shown with the
/// moment they are of. A page waits a little for a new count and else shows the one before.
/// </summary>
internal sealed class Snapshot<T>(Func<CancellationToken, Task<T>> count, TimeSpan interval, TimeProvider time, ILogger logger)
{
    // Counting is exact and therefore not free: at most a fifth of the time is spent on it.
    private const int CountingShare = 5;
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(200);
    private readonly Lock _lock = new();
    private Counted<T>? _latest;
    private DateTimeOffset _nextAt;
    private Task? _counting;

    /// <summary>The newest figures; null while they are counted for the first time.</summary>
    public async Task<Counted<T>?> GetAsync(CancellationToken cancellationToken)
    {
        Task counting;
        lock (_lock)
        {
            if (_counting is null && time.GetUtcNow() < _nextAt)
            {
                return _latest;
            }

            // Not the request's token: the next look wants the figures too.
            counting = _counting ??= Task.Run(CountAsync, CancellationToken.None);
        }

        try
        {
            await counting.WaitAsync(s_patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The page shows what there is and asks again.
        }

        lock (_lock)
        {
            return _counting is null ? _latest : _latest is { } older ? older with { IsRecounting = true } : null;
        }
    }

    /// <summary>What is known is out of date.</summary>
    public void Expire()
    {
        lock (_lock)
        {
            _nextAt = default;
        }
    }

    private async Task CountAsync()
    {
        var started = time.GetTimestamp();
        var asOf = time.GetUtcNow();
        try
        {
            var value = await count(CancellationToken.None);
            lock (_lock)
            {
                var rest = time.GetElapsedTime(started) * CountingShare;
                (_latest, _nextAt) = (new Counted<T>(value, asOf), time.GetUtcNow() + (rest > interval ? rest : interval));
            }
        }
        catch (Exception exception)
        {
            // Who waits is told as well; when nobody does, this is the only trace.
            logger.CountingFailed(exception);
            throw;
        }
        finally
        {
            lock (_lock)
            {
                _counting = null;
            }
        }
    }
}
