namespace Pipeline.Inference.Generation;

/// <summary>Divides prompts into batches of similar length.</summary>
internal static class BatchPlanner
{
    /// <summary>Indices into <paramref name="lengths"/> in batches, short prompts first.</summary>
    /// <param name="lengths">Tokens of each prompt, those to come included; none above <paramref name="maxTokens"/>.</param>
    /// <param name="maxPrompts">Most prompts of a batch.</param>
    /// <param name="maxTokens">Most tokens of a batch: prompts * longest.</param>
    public static IEnumerable<int[]> Plan(IReadOnlyList<int> lengths, int maxPrompts, long maxTokens)
    {
        var batch = new List<int>();
        foreach (var index in Enumerable.Range(0, lengths.Count).OrderBy(i => lengths[i]))
        {
            // Ascending, so the newcomer is the longest.
            if (batch.Count == maxPrompts || (batch.Count + 1L) * lengths[index] > maxTokens)
            {
                yield return [.. batch];
                batch.Clear();
            }

            batch.Add(index);
        }

        if (batch.Count > 0)
        {
            yield return [.. batch];
        }
    }
}
