namespace Pipeline.TextMetrics.Rouge;

/// <summary>Counts the tokens two texts share, each at most as often as both have it.</summary>
internal sealed class UnigramOverlap
{
    private int[] _counts = new int[512];

    /// <param name="reference">Token ids below <paramref name="vocabularySize"/>.</param>
    /// <param name="candidate">Token ids below <paramref name="vocabularySize"/>.</param>
    /// <param name="vocabularySize">The number of distinct ids.</param>
    public int Hits(ReadOnlySpan<int> reference, ReadOnlySpan<int> candidate, int vocabularySize)
    {
        if (_counts.Length < vocabularySize)
        {
            _counts = new int[vocabularySize * 2];
        }

        var counts = _counts.AsSpan(0, vocabularySize);
        counts.Clear();
        foreach (var id in candidate)
        {
            counts[id]++;
        }

        var hits = 0;
        foreach (var id in reference)
        {
            if (counts[id] > 0)
            {
                counts[id]--;
                hits++;
            }
        }

        return hits;
    }
}
