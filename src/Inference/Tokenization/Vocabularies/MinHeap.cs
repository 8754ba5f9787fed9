namespace Pipeline.Inference.Tokenization.Vocabularies;

/// <summary>A binary heap of numbers, the smallest first, in memory of the caller's.</summary>
internal ref struct MinHeap(Span<ulong> memory)
{
    private readonly Span<ulong> _memory = memory;
    private int _count;

    public void Push(ulong value)
    {
        var at = _count++;
        while (at > 0 && _memory[(at - 1) / 2] > value)
        {
            _memory[at] = _memory[(at - 1) / 2];
            at = (at - 1) / 2;
        }

        _memory[at] = value;
    }

    public bool TryPop(out ulong smallest)
    {
        if (_count == 0)
        {
            smallest = 0;
            return false;
        }

        smallest = _memory[0];
        var last = _memory[--_count];
        var at = 0;
        for (var child = 1; child < _count; child = 2 * at + 1)
        {
            if (child + 1 < _count && _memory[child + 1] < _memory[child])
            {
                child++;
            }

            if (_memory[child] >= last)
            {
                break;
            }

            _memory[at] = _memory[child];
            at = child;
        }

        _memory[at] = last;
        return true;
    }
}
