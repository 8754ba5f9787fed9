using System.Numerics;

namespace Pipeline.Inference.Tokenization.Vocabularies;

/// <summary>A hash table from two non-negative numbers to one, for the innermost loops: open addressing, mostly one cache line a look-up.</summary>
internal sealed class PairTable
{
    private Entry[] _entries = new Entry[16];
    private int _shift = 60;
    private int _count;

    /// <summary>Adds a pair, unless it is there already: then false, and <paramref name="value"/> becomes the one that is.</summary>
    public bool TryAdd(int first, int second, ref int value)
    {
        // At most half full, so that the search for an absent pair ends soon.
        if (_count * 2 >= _entries.Length)
        {
            Grow();
        }

        ref var entry = ref Find(Key(first, second));
        if (entry.Key != 0)
        {
            value = entry.Value;
            return false;
        }

        entry = new Entry(Key(first, second), value);
        _count++;
        return true;
    }

    /// <summary>The value of a pair, or -1.</summary>
    public int Find(int first, int second)
    {
        ref var entry = ref Find(Key(first, second));
        return entry.Key == 0 ? -1 : entry.Value;
    }

    // Never 0, which marks a free entry.
    private static ulong Key(int first, int second) => ((ulong)(uint)first + 1) << 32 | (uint)second;

    private ref Entry Find(ulong key)
    {
        // Fibonacci hashing: the high bits of a product with 2^64 / golden ratio.
        var index = (int)(key * 0x9E37_79B9_7F4A_7C15 >> _shift);
        while (_entries[index].Key != key && _entries[index].Key != 0)
        {
            index = (index + 1) & (_entries.Length - 1);
        }

        return ref _entries[index];
    }

    private void Grow()
    {
        var old = _entries;
        _entries = new Entry[old.Length * 2];
        _shift = 64 - BitOperations.Log2((uint)_entries.Length);
        foreach (var entry in old)
        {
            if (entry.Key != 0)
            {
                Find(entry.Key) = entry;
            }
        }
    }

    private readonly record struct Entry(ulong Key, int Value);
}
