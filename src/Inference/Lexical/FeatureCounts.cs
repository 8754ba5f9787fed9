using System.Buffers;

namespace Pipeline.Inference.Lexical;

/// <summary>Counts hashed features of one text: open addressing on rented arrays, doubled at half load.</summary>
internal ref struct FeatureCounts
{
    private ulong[] _keys;
    private float[] _counts;
    private int _capacity;

    public FeatureCounts(int textLength)
    {
        _capacity = Math.Clamp((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(textLength, 1)) * 4, 256, 4096);
        _keys = Rent<ulong>(_capacity);
        _counts = Rent<float>(_capacity);
    }

    /// <summary>Number of distinct features.</summary>
    public int Count { get; private set; }

    /// <summary>Slots to visit with <see cref="TryGet"/>.</summary>
    public readonly int Capacity => _capacity;

    /// <summary>Adds one occurrence; <paramref name="weight"/> must be the same for every occurrence of a feature.</summary>
    public void Add(ulong hash, float weight)
    {
        // Zero marks a free slot.
        var slot = SlotOf(hash == 0 ? 1 : hash);
        if (_keys[slot] == 0)
        {
            _keys[slot] = hash == 0 ? 1 : hash;
            Count++;
        }

        _counts[slot] += weight;
        if (Count * 2 > _capacity)
        {
            Grow();
        }
    }

    /// <summary>The feature in a slot, if any.</summary>
    public readonly bool TryGet(int slot, out ulong hash, out float weightedCount)
    {
        hash = _keys[slot];
        weightedCount = _counts[slot];
        return hash != 0;
    }

    public readonly void Dispose()
    {
        ArrayPool<ulong>.Shared.Return(_keys);
        ArrayPool<float>.Shared.Return(_counts);
    }

    private readonly int SlotOf(ulong hash)
    {
        var mask = _capacity - 1;
        var slot = (int)hash & mask;
        while (_keys[slot] != 0 && _keys[slot] != hash)
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }

    private void Grow()
    {
        var (keys, counts, capacity) = (_keys, _counts, _capacity);
        _capacity *= 2;
        _keys = Rent<ulong>(_capacity);
        _counts = Rent<float>(_capacity);
        for (var i = 0; i < capacity; i++)
        {
            if (keys[i] != 0)
            {
                var slot = SlotOf(keys[i]);
                _keys[slot] = keys[i];
                _counts[slot] = counts[i];
            }
        }

        ArrayPool<ulong>.Shared.Return(keys);
        ArrayPool<float>.Shared.Return(counts);
    }

    private static T[] Rent<T>(int length)
    {
        var array = ArrayPool<T>.Shared.Rent(length);
        Array.Clear(array, 0, length);
        return array;
    }
}
