using Pipeline.Inference.Generation.Memory;

namespace Pipeline.Inference.Generation;

/// <summary>
/// Where the rows of a batch lie in a key/value cache: each in a slot, in which it stays. A new row takes a slot that another has left; only what is
/// repeated is copied.
/// </summary>
internal sealed class CacheSlots(DecoderMemory memory, CacheShape shape) : IDisposable
{
    private const int CapacityStep = 32;

    private Slot[] _slots = [];
    private List<int> _slotOfRow = [];
    private int _prompts;

    public KeyValueCache Cache { get; private set; } = new(memory, shape, 0, 0);

    public int Rows => _slotOfRow.Count;

    /// <summary>Tokens of the longest row.</summary>
    public int Longest => _slotOfRow.Count == 0 ? 0 : _slotOfRow.Max(slot => _slots[slot].Length);

    /// <summary>The slot of a row.</summary>
    public int this[int row] => _slotOfRow[row];

    /// <summary>Tokens of a row.</summary>
    public int Length(int row) => _slots[_slotOfRow[row]].Length;

    public bool HasRoom(int rows, int tokens) => rows <= Cache.Rows && tokens <= Cache.Capacity;

    /// <summary>A cache with room for so many rows of so many tokens, and for all that is here; to be disposed, or moved to.</summary>
    /// <exception cref="OutOfMemoryException">There is not so much.</exception>
    public KeyValueCache Room(int rows, int tokens)
    {
        // What comes next is often a little longer.
        var capacity = (tokens + CapacityStep - 1) / CapacityStep * CapacityStep;
        return new(memory, shape, Math.Max(rows, Rows), Math.Max(capacity, Longest));
    }

    /// <summary>Copies all rows to another cache, in their order, and goes on there.</summary>
    public void MoveTo(KeyValueCache cache)
    {
        var slots = new Slot[cache.Rows];
        for (var row = 0; row < Rows; row++)
        {
            slots[row] = _slots[_slotOfRow[row]];
            Cache.CopyRow(_slotOfRow[row], cache, row, 0, slots[row].Length);
        }

        Cache.Dispose();
        (Cache, _slots, _slotOfRow) = (cache, slots, [.. Enumerable.Range(0, Rows)]);
    }

    /// <summary>Gives a new last row a slot.</summary>
    public void Add(int promptTokens)
    {
        var slot = FreeSlot(0);
        _slotOfRow.Add(slot);
        _slots[slot] = new(++_prompts, promptTokens, promptTokens);
    }

    /// <summary>Takes the last row away.</summary>
    public void RemoveLast() => _slotOfRow.RemoveAt(Rows - 1);

    /// <summary>A row gets tokens, or loses some.</summary>
    public void Extend(int row, int tokens)
    {
        ref var slot = ref _slots[_slotOfRow[row]];
        slot = slot with { Length = slot.Length + tokens };
    }

    /// <summary>Makes row i what row <paramref name="sourceRows"/>[i] was; there is room for them.</summary>
    public void Reorder(ReadOnlySpan<int> sourceRows)
    {
        var old = _slotOfRow;
        _slotOfRow = [];
        var taken = new bool[_slots.Length];
        var homeless = new List<(int Row, int Source)>();
        for (var row = 0; row < sourceRows.Length; row++)
        {
            // The first row that continues a slot stays in it.
            var slot = old[sourceRows[row]];
            _slotOfRow.Add(taken[slot] ? -1 : slot);
            if (taken[slot])
            {
                homeless.Add((row, slot));
            }

            taken[slot] = true;
        }

        // A free slot is nobody's source, or the first who continues it would have stayed: copying in any order is safe.
        var free = 0;
        foreach (var (row, source) in homeless)
        {
            free = FreeSlot(free);
            _slotOfRow[row] = free;
            Copy(source, free);
        }
    }

    /// <summary>Moves rows into free slots before them, so that the first slots are all taken.</summary>
    public void FillGaps()
    {
        var free = 0;
        for (var row = 0; row < Rows; row++)
        {
            if (_slotOfRow[row] >= Rows)
            {
                free = FreeSlot(free);
                Copy(_slotOfRow[row], free);
                _slotOfRow[row] = free;
            }
        }
    }

    public void Dispose() => Cache.Dispose();

    private int FreeSlot(int first)
    {
        while (_slotOfRow.Contains(first))
        {
            first++;
        }

        return first;
    }

    private void Copy(int source, int destination)
    {
        var (from, to) = (_slots[source], _slots[destination]);

        // Beams of the same prompt share its keys and values.
        Cache.CopyRow(source, Cache, destination, from.Prompt == to.Prompt ? from.PromptLength : 0, from.Length);
        _slots[destination] = from;
    }

    /// <summary>What lies in a slot of the cache, or did before its row left.</summary>
    /// <param name="Prompt">Number of the prompt, from 1.</param>
    /// <param name="PromptLength">Its tokens.</param>
    /// <param name="Length">Tokens so far.</param>
    private readonly record struct Slot(int Prompt, int PromptLength, int Length);
}
