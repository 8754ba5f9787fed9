namespace Pipeline.Inference.Generation.Scheduling;

/// <summary>
/// Decides which prompts run together. Knows rows and tokens, no tensors. A job that waits for room is not overtaken by a smaller one of
/// its priority, so every job runs at last. Not safe to share between threads.
/// </summary>
/// <remarks>A job that exceeds a limit runs all the same when nothing else does.</remarks>
internal sealed class RowScheduler<TJob>(RowLimits limits)
    where TJob : class, IRowJob
{
    private readonly FairQueue<TJob> _interactive = new();
    private readonly FairQueue<TJob> _bulk = new();
    private readonly HashSet<TJob> _running = [];
    private RowLimits _limits = limits;

    // Tokens of the longest that runs; null when it has to be looked for.
    private int? _longest = 0;

    /// <summary>Jobs that wait.</summary>
    public int Waiting => _interactive.Count + _bulk.Count;

    /// <summary>Jobs that run.</summary>
    public int Running => _running.Count;

    /// <summary>Rows that the running jobs may come to take.</summary>
    public int Rows { get; private set; }

    /// <summary>Tokens that the longest running row may come to hold.</summary>
    public int Tokens => _longest ??= _running.Count == 0 ? 0 : _running.Max(job => job.Tokens);

    /// <summary>Most rows that may run while the longest has <see cref="Tokens"/>; no fewer than those that do.</summary>
    public int RowLimit => Math.Max(Rows, (int)Math.Min(_limits.Rows + _limits.InteractiveRows, _limits.CacheTokens / Math.Max(1, Tokens)));

    /// <summary>There is less memory than was thought: from now on half as many tokens may lie in the cache.</summary>
    /// <returns>Whether <see cref="RowLimit"/> is lower now; it is not when no more than what runs has room.</returns>
    public bool HalveCache()
    {
        var before = RowLimit;
        _limits = _limits with { CacheTokens = Math.Max(1, Math.Min(_limits.CacheTokens, (long)before * Tokens) / 2) };
        return RowLimit < before;
    }

    /// <summary>Lets the jobs of a call wait.</summary>
    /// <param name="call">What they belong to; jobs of several calls run in turns.</param>
    /// <param name="priority">That of each of them.</param>
    /// <param name="jobs">In the order in which they are to run.</param>
    public void Add(object call, RequestPriority priority, IReadOnlyCollection<TJob> jobs) => Queue(priority).Add(call, jobs);

    /// <summary>Chooses the jobs that begin now.</summary>
    public List<TJob> Admit()
    {
        var admitted = new List<TJob>();
        var tokens = 0;
        if (Running > 0 && _interactive.Count == 0 && RowLimit - _limits.InteractiveRows - Rows < Math.Min(_limits.RowsTogether, RowLimit / 8))
        {
            return admitted;
        }

        while (Next() is { } queue && queue.TryPeek(out var job) && Fits(job)
            && (admitted.Count == 0 || tokens + job.PromptTokens <= _limits.PromptTokens))
        {
            queue.Take();
            _longest = Math.Max(Tokens, job.Tokens);
            _running.Add(job);
            Rows += job.Rows;
            tokens += job.PromptTokens;
            admitted.Add(job);
        }

        return admitted;
    }

    /// <summary>Frees the rows of a job that has ended.</summary>
    public void Release(TJob job)
    {
        if (_running.Remove(job))
        {
            Rows -= job.Rows;
            _longest = job.Tokens == _longest ? null : _longest;
        }
    }

    /// <summary>Lets a job that was admitted, but has not begun, wait again.</summary>
    public void Return(object call, TJob job)
    {
        Release(job);
        Queue(job.Priority).Return(call, job);
    }

    /// <summary>Takes out the waiting jobs of a call; those that run are released one by one.</summary>
    public void Withdraw(object call)
    {
        _interactive.Remove(call);
        _bulk.Remove(call);
    }

    private FairQueue<TJob> Queue(RequestPriority priority) => priority == RequestPriority.Interactive ? _interactive : _bulk;

    private FairQueue<TJob>? Next() => _interactive.Count > 0 ? _interactive : _bulk.Count > 0 ? _bulk : null;

    private bool Fits(TJob job)
    {
        // Bulk work leaves room for what is interactive, in rows and in tokens.
        var rows = Rows + job.Rows + (job.Priority == RequestPriority.Bulk ? _limits.InteractiveRows : 0);
        return Running == 0
            || (rows <= _limits.Rows + _limits.InteractiveRows && (long)rows * Math.Max(Tokens, job.Tokens) <= _limits.CacheTokens);
    }
}
