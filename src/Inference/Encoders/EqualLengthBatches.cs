namespace Pipeline.Inference.Encoders;

/// <summary>Plans batches of rows of equal length.</summary>
internal static class EqualLengthBatches
{
    /// <summary>Every index once; shortest rows first, rows of one length in their order.</summary>
    public static IEnumerable<int[]> Plan(IReadOnlyList<int[]> rows, int tokenBudget) => Enumerable.Range(0, rows.Count)
        .GroupBy(index => rows[index].Length)
        .OrderBy(group => group.Key)
        .SelectMany(group => group.Chunk(Math.Max(1, tokenBudget / Math.Max(1, group.Key))));
}
