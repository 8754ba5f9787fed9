namespace Pipeline.Inference;

/// <summary>Lets a few in at a time; interactive requests go before bulk ones, and equal ones in the order in which they came.</summary>
/// <param name="places">How many.</param>
internal sealed class PriorityGate(int places)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<TaskCompletionSource> _interactive = [];
    private readonly LinkedList<TaskCompletionSource> _bulk = [];
    private int _free = places;

    /// <summary>Waits for its turn. The place is free again when the result is disposed.</summary>
    public async Task<IDisposable> EnterAsync(RequestPriority priority, CancellationToken cancellationToken)
    {
        var place = new LinkedListNode<TaskCompletionSource>(new(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_lock)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_free > 0)
            {
                _free--;
                return new Pass(this);
            }

            (priority == RequestPriority.Interactive ? _interactive : _bulk).AddLast(place);
        }

        await using var registration = cancellationToken.Register(() => GiveUp(place, cancellationToken));
        await place.Value.Task;
        return new Pass(this);
    }

    private void GiveUp(LinkedListNode<TaskCompletionSource> place, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            // Out of the list it has been let in already.
            if (place.List is { } list)
            {
                list.Remove(place);
                place.Value.SetCanceled(cancellationToken);
            }
        }
    }

    private void Leave()
    {
        lock (_lock)
        {
            if ((_interactive.First ?? _bulk.First) is { } next)
            {
                next.List?.Remove(next);
                next.Value.SetResult();
            }
            else
            {
                _free++;
            }
        }
    }

    private sealed class Pass(PriorityGate gate) : IDisposable
    {
        private PriorityGate? _gate = gate;

        public void Dispose() => Interlocked.Exchange(ref _gate, null)?.Leave();
    }
}
