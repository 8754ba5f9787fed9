using System.Collections.Concurrent;
using Pipeline.Inference.Generation.Scheduling;
using Pipeline.Inference.Metrics;

namespace Pipeline.Inference.Generation;

/// <summary>
/// Continuous batching on a thread of its own: prompts of all calls share the rows of one batch, and a row that ends makes room for the next
/// prompt before the next step.
/// </summary>
internal sealed class GenerationEngine(IDecoder decoder, RowLimits limits, int maxGuessedTokens, ModelMetrics metrics) : IDisposable
{
    private readonly RowScheduler<GenerationJob> _scheduler = new(limits);
    private readonly ConcurrentQueue<(GenerationCall Call, IReadOnlyList<GenerationJob> Jobs)> _arrivals = [];
    private readonly SemaphoreSlim _signal = new(0);
    private readonly Lock _starting = new();

    // Calls that have not ended; of the thread alone.
    private readonly List<GenerationCall> _calls = [];
    private Thread? _thread;
    private volatile bool _isStopping;

    /// <summary>Runs prompts; their outcomes come through the call.</summary>
    public void Submit(GenerationCall call, IReadOnlyList<GenerationJob> jobs)
    {
        ObjectDisposedException.ThrowIf(_isStopping, this);
        call.Expect(jobs.Count);
        if (jobs.Count == 0)
        {
            call.End(null);
            return;
        }

        _arrivals.Enqueue((call, jobs));
        _signal.Release();
        lock (_starting)
        {
            if (_thread is null)
            {
                _thread = new Thread(Loop) { IsBackground = true, Name = "generation" };
                _thread.Start();
            }
        }
    }

    /// <summary>Ends after the present step; calls that are open get an <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        _isStopping = true;
        _signal.Release();
        _thread?.Join();
        _signal.Dispose();
    }

    private void Loop()
    {
        while (!_isStopping)
        {
            TakeArrivals();
            if (_scheduler.Waiting > 0)
            {
                RunUntilIdle();
            }
            else
            {
                using (metrics.Measure(InferenceStage.Wait))
                {
                    _signal.Wait();
                }
            }
        }

        TakeArrivals();
        _calls.ForEach(call => call.End(new ObjectDisposedException(nameof(TextGenerator))));
    }

    /// <summary>On a CPU the cache is held only while something runs.</summary>
    private void RunUntilIdle()
    {
        using var batch = new RunningBatch(decoder, _scheduler, maxGuessedTokens, metrics);
        while (!_isStopping && (_scheduler.Waiting > 0 || _scheduler.Running > 0))
        {
            try
            {
                DropUnwanted(batch);
                batch.Step();
            }
            catch (Exception exception)
            {
                // A bug, or no memory: whoever asked hears of it; what waits gets a fresh batch.
                batch.Fail(exception);
                return;
            }

            TakeArrivals();
        }
    }

    private void TakeArrivals()
    {
        while (_arrivals.TryDequeue(out var arrival))
        {
            _calls.Add(arrival.Call);
            _scheduler.Add(arrival.Call, arrival.Jobs[0].Priority, arrival.Jobs);
        }

        _calls.RemoveAll(call => call.HasEnded);
    }

    private void DropUnwanted(RunningBatch batch)
    {
        foreach (var call in _calls.Where(call => call.IsUnwanted && !call.HasEnded))
        {
            _scheduler.Withdraw(call);
            batch.Drop(call);
            call.Cancel();
        }
    }
}
