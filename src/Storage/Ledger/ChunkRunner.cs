using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Pipeline.Storage.Ledger;

/// <summary>Runs an engine over texts; outcomes stream back one by one, in any order.</summary>
public delegate IAsyncEnumerable<WorkOutcome<T>> RunEngine<T>(int recipeId, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    where T : class;

/// <summary>
/// One message's work from taking the chunk to its last commit. The promise it keeps: every text of the chunk is settled alone, a
/// text that fails or kills the process never takes a neighbour along, and no transaction is open while the engine runs.
/// </summary>
/// <param name="ledger">The ledger.</param>
/// <param name="writer">Stores results.</param>
/// <param name="engine">Makes them.</param>
/// <param name="outages">Waits for PostgreSQL.</param>
/// <param name="time">Clock.</param>
/// <param name="options">Times.</param>
/// <param name="onHang">Told the chunk when an engine neither finishes a text nor heeds its cancellation. The only way out is the end
/// of the process: the attempts are counted, and the next worker runs the texts alone.</param>
/// <param name="isFaultOfTheEngine">Tells exceptions of the engine for which no text is to blame, such as an endpoint that is away: the
/// chunk ends, what has no result is returned uncounted, and the exception is thrown on.</param>
/// <param name="gate">Shared by the runners of a process that may be killed by each other's texts; null when there is one runner.</param>
public sealed class ChunkRunner<T>(
    WorkLedger ledger, IResultWriter<T> writer, RunEngine<T> engine, OutageRetry outages, TimeProvider time, ChunkRunnerOptions options,
    Action<long> onHang, Func<Exception, bool> isFaultOfTheEngine, EngineGate? gate = null)
    where T : class
{
    private const int FlushSize = 64;
    private readonly EngineGate _gate = gate ?? new();
    private readonly MeasuredRates _rates = new();

    /// <summary>Works on a chunk until it is closed.</summary>
    /// <param name="chunkId">The chunk that the message names.</param>
    /// <param name="worker">Name of the worker, for the status command.</param>
    /// <param name="stopping">Set when the host stops: texts that are running are finished, the rest is returned.</param>
    /// <returns>Number of texts that got a result or a final failure.</returns>
    /// <exception cref="OutageException">PostgreSQL stayed away; the message has to go back to the queue.</exception>
    /// <exception cref="Exception">The engine can't work at all. The chunk has ended; its open texts are pending again.</exception>
    public async Task<int> RunAsync(long chunkId, string worker, CancellationToken stopping)
    {
        // Never the stopping token here: a commit that has begun is finished.
        var chunk = await outages.RunAsync(token => ledger.TakeAsync(chunkId, worker, options.Lease, token), CancellationToken.None);
        if (chunk is null)
        {
            return 0;
        }

        using var budget = new CancellationTokenSource(options.ChunkBudget, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, budget.Token);
        using var ended = new CancellationTokenSource();
        var run = new Run(chunk, time);
        var renewing = RenewLeaseAsync(run, ended.Token);
        try
        {
            var start = time.GetTimestamp();
            await RunChunkAsync(run, stop.Token);
            await SettleAsync(run, closeChunk: true);
            run.EngineFault?.Throw();
            if (run.HasResultsOnly)
            {
                // What failed, or ran alone, tells nothing of how long the next texts will take.
                var seconds = _rates.Add(chunk.RecipeId, time.GetElapsedTime(start), chunk.Together.Count);
                await outages.RunAsync(token => ledger.RecordRateAsync(chunk.RecipeId, seconds, token), CancellationToken.None);
            }
        }
        finally
        {
            await ended.CancelAsync();
            await renewing;
        }

        return run.Settled;
    }

    private async Task RunChunkAsync(Run run, CancellationToken stop)
    {
        var chunk = run.Chunk;
        try
        {
            if (chunk.Together.Count > 0)
            {
                using var place = await _gate.TogetherAsync(stop);
                await RunTextsAsync(run, chunk.Together, stop);
                if (chunk.Alone.Count > 0 && run.EngineFault is null)
                {
                    await SettleAsync(run, closeChunk: false);
                }
            }

            foreach (var text in chunk.Alone.TakeWhile(_ => run.EngineFault is null))
            {
                using var place = await _gate.AloneAsync(stop);
                if (await outages.RunAsync(
                    token => ledger.BeginAloneAsync(chunk.Id, chunk.RecipeId, text.Id, text.Attempts + 1, token), CancellationToken.None))
                {
                    // Settled before the next one begins: that one may take the process with it, and every result not yet committed.
                    await RunTextsAsync(run, [text with { Attempts = text.Attempts + 1 }], stop);
                    await SettleAsync(run, closeChunk: false);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Thrown at the gate only: what waited there has not begun, and closing the chunk returns it.
        }
    }

    private async Task RunTextsAsync(Run run, IReadOnlyList<WorkText> texts, CancellationToken stop)
    {
        using var deadline = new CancellationTokenSource(options.TextDeadline, time);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(stop, deadline.Token);
        run.Progressed();
        var open = Enumerable.Range(0, texts.Count).ToHashSet();
        WorkFailure? failure = null;
        try
        {
            var lastFlush = time.GetTimestamp();
            var outcomes = engine(run.Chunk.RecipeId, texts.Select(text => text.Body).ToArray(), cancel.Token);
            await foreach (var outcome in outcomes.WithCancellation(cancel.Token))
            {
                if (!open.Remove(outcome.Index))
                {
                    throw new UnreachableException($"The engine answered twice, or out of range, for text {outcome.Index} of {texts.Count}.");
                }

                run.Add(texts[outcome.Index], outcome);
                deadline.CancelAfter(options.TextDeadline);
                if (run.Unsettled >= FlushSize || time.GetElapsedTime(lastFlush) >= options.FlushInterval)
                {
                    // The engine is not to blame for an outage.
                    deadline.CancelAfter(Timeout.InfiniteTimeSpan);
                    await SettleAsync(run, closeChunk: false);
                    run.Progressed();
                    deadline.CancelAfter(options.TextDeadline);
                    lastFlush = time.GetTimestamp();
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // What is still open never ran to an end; closing the chunk returns it uncounted.
            return;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            failure = new("timeout", $"No text was finished within {options.TextDeadline.TotalSeconds:0} s", IsFinal: false);
        }
        catch (Exception exception) when (isFaultOfTheEngine(exception))
        {
            run.EngineFault = ExceptionDispatchInfo.Capture(exception);
            return;
        }
        catch (Exception exception) when (exception is not (OutageException or OutOfMemoryException or UnreachableException))
        {
            failure = new("engine-error", $"The engine failed with {exception.GetType().Name}", IsFinal: false);
        }

        run.Pause();
        failure ??= new("no-outcome", "The engine ended without an answer for this text", IsFinal: false);
        foreach (var index in open)
        {
            run.Add(texts[index], new WorkOutcome<T>(index, null, failure));
        }
    }

    private async Task SettleAsync(Run run, bool closeChunk)
    {
        run.Pause();
        var start = time.GetTimestamp();
        await outages.RunAsync(
            token => ledger.SettleAsync(run.Chunk, run.Results, run.Failures, writer, closeChunk, token), CancellationToken.None);
        WorkMeter.WriteTimeCounter.Add(time.GetElapsedTime(start).TotalSeconds);
        WorkMeter.TextsCounter.Add(run.Results.Count, new KeyValuePair<string, object?>("outcome", "done"));
        WorkMeter.TextsCounter.Add(run.Failures.Count, new KeyValuePair<string, object?>("outcome", "failed"));
        run.Clear();
    }

    private async Task RenewLeaseAsync(Run run, CancellationToken ended)
    {
        try
        {
            using var timer = new PeriodicTimer(options.Lease / 3, time);
            while (await timer.WaitForNextTickAsync(ended))
            {
                if (run.SinceProgress > options.TextDeadline + options.Lease)
                {
                    onHang(run.Chunk.Id);
                    return;
                }

                await outages.RunAsync(token => ledger.RenewLeaseAsync(run.Chunk.Id, options.Lease, token), ended);
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The chunk is done.
        }
        catch (OutageException)
        {
            // The run itself meets the same outage when it settles, and reports it.
        }
    }

    private sealed class Run(WorkChunk chunk, TimeProvider time)
    {
        private readonly List<TextResult<T>> _results = [];
        private readonly List<(WorkText, WorkFailure)> _failures = [];
        private long _progressAt;
        private bool _hasFailed;

        public WorkChunk Chunk => chunk;

        public List<TextResult<T>> Results => _results;

        public List<(WorkText Text, WorkFailure Failure)> Failures => _failures;

        public int Unsettled => _results.Count + _failures.Count;

        public int Settled { get; private set; }

        /// <summary>Whether every text of the chunk was run with the others and has a result that was stored.</summary>
        public bool HasResultsOnly => chunk.Alone.Count == 0 && !_hasFailed && Settled > 0 && Settled == chunk.Together.Count;

        /// <summary>What ended the chunk before its time, when no text is to blame.</summary>
        public ExceptionDispatchInfo? EngineFault { get; set; }

        /// <summary>How long the engine has been silent; zero while it is not its turn.</summary>
        public TimeSpan SinceProgress => Volatile.Read(ref _progressAt) is var at && at == 0 ? TimeSpan.Zero : time.GetElapsedTime(at);

        public void Pause() => Volatile.Write(ref _progressAt, 0);

        public void Progressed() => Volatile.Write(ref _progressAt, time.GetTimestamp());

        public void Add(WorkText text, WorkOutcome<T> outcome)
        {
            Progressed();
            if (outcome.Result is { } result)
            {
                _results.Add(new TextResult<T>(text.Id, result));
            }
            else
            {
                _hasFailed = true;
                _failures.Add((text, outcome.Failure ?? throw new UnreachableException("An outcome has neither result nor failure.")));
            }
        }

        public void Clear()
        {
            Settled += Unsettled;
            _results.Clear();
            _failures.Clear();
        }
    }
}
