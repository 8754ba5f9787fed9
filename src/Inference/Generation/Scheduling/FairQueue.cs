using System.Diagnostics.CodeAnalysis;

namespace Pipeline.Inference.Generation.Scheduling;

/// <summary>
/// Jobs of several calls in turns, one of each, so that a call that came late does not wait for all that came before it. Within a call in
/// their order.
/// </summary>
internal sealed class FairQueue<TJob>
    where TJob : class
{
    private readonly Dictionary<object, Queue<TJob>> _calls = [];

    // Whose turn it is; a call that was removed is skipped when it comes up.
    private readonly Queue<object> _turns = [];

    /// <summary>Jobs that wait.</summary>
    public int Count { get; private set; }

    /// <summary>Adds the jobs of a call that has none here.</summary>
    public void Add(object call, IReadOnlyCollection<TJob> jobs)
    {
        if (jobs.Count > 0)
        {
            _calls.Add(call, new(jobs));
            _turns.Enqueue(call);
            Count += jobs.Count;
        }
    }

    /// <summary>The job whose turn it is.</summary>
    public bool TryPeek([NotNullWhen(true)] out TJob? job)
    {
        while (_turns.TryPeek(out var call))
        {
            if (_calls.TryGetValue(call, out var jobs))
            {
                job = jobs.Peek();
                return true;
            }

            _turns.Dequeue();
        }

        job = null;
        return false;
    }

    /// <summary>Takes the job that <see cref="TryPeek"/> showed.</summary>
    public void Take()
    {
        var call = _turns.Dequeue();
        var jobs = _calls[call];
        jobs.Dequeue();
        Count--;
        if (jobs.Count > 0)
        {
            _turns.Enqueue(call);
        }
        else
        {
            _calls.Remove(call);
        }
    }

    /// <summary>Puts a job that was taken back before the others of its call.</summary>
    public void Return(object call, TJob job)
    {
        if (_calls.TryGetValue(call, out var jobs))
        {
            _calls[call] = new([job, .. jobs]);
            Count++;
        }
        else
        {
            Add(call, [job]);
        }
    }

    /// <summary>Takes out all jobs of a call.</summary>
    public void Remove(object call)
    {
        if (_calls.Remove(call, out var jobs))
        {
            Count -= jobs.Count;
        }
    }
}
