namespace Pipeline.Inference.Encoders;

/// <summary>Plans batches of rows of any lengths, whose tokens lie one behind the other.</summary>
internal static class PackedBatches
{
    // A batch's rows times its longest are places that some inputs and the mean of token vectors have memory for.
    private const int PlacesPerToken = 4;

    /// <summary>
    /// Every index once, shortest rows first, rows of one length in their order; a row that is longer than the budget is alone.
    /// </summary>
    public static IEnumerable<int[]> Plan(IReadOnlyList<int[]> rows, int tokenBudget)
    {
        var batch = new List<int>();
        var tokens = 0L;
        foreach (var index in Enumerable.Range(0, rows.Count).OrderBy(index => rows[index].Length))
        {
            long length = rows[index].Length;
            if (batch.Count > 0 && (tokens + length > tokenBudget || (batch.Count + 1) * length > (long)PlacesPerToken * tokenBudget))
            {
                yield return [.. batch];
                batch.Clear();
                tokens = 0;
            }

            batch.Add(index);
            tokens += length;
        }

        if (batch.Count > 0)
        {
            yield return [.. batch];
        }
    }
}
