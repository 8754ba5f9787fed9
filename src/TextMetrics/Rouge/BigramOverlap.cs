using System.Numerics;

namespace Pipeline.TextMetrics.Rouge;

/// <summary>Counts the pairs of adjacent tokens two texts share, each at most as often as both have it.</summary>
internal sealed class BigramOverlap
{
    private Slot[] _slots = new Slot[256];

    public int Hits(ReadOnlySpan<int> reference, ReadOnlySpan<int> candidate)
    {
        if (reference.Length < 2 || candidate.Length < 2)
        {
            return 0;
        }

        // The shorter text fills the table: fewer slots to clear, and the intersection is symmetric.
        var shorter = reference.Length < candidate.Length ? reference : candidate;
        var longer = reference.Length < candidate.Length ? candidate : reference;
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)shorter.Length * 2);
        if (_slots.Length < size)
        {
            _slots = new Slot[size];
        }

        var slots = _slots.AsSpan(0, size);
        slots.Clear();
        for (var i = 1; i < shorter.Length; i++)
        {
            var key = Key(shorter[i - 1], shorter[i]);
            ref var slot = ref slots[Find(slots, key)];
            slot.Key = key;
            slot.Count++;
        }

        var hits = 0;
        for (var i = 1; i < longer.Length; i++)
        {
            ref var slot = ref slots[Find(slots, Key(longer[i - 1], longer[i]))];
            if (slot.Count > 0)
            {
                slot.Count--;
                hits++;
            }
        }

        return hits;
    }

    // Never 0, which marks a free slot.
    private static ulong Key(int first, int second) => ((ulong)(uint)first << 32 | (uint)second) + 1;

    private static int Find(ReadOnlySpan<Slot> slots, ulong key)
    {
        var mask = slots.Length - 1;
        var index = (int)(key * 0x9E3779B97F4A7C15 >> 33) & mask;
        while (slots[index].Key != key && slots[index].Key != 0)
        {
            index = (index + 1) & mask;
        }

        return index;
    }

    private struct Slot
    {
        public ulong Key;
        public int Count;
    }
}
