namespace Pipeline.Cli.Comparison;

/// <summary>A comparison and what was compared.</summary>
/// <param name="Rows">The results, at least one.</param>
/// <param name="A">First recipe or column.</param>
/// <param name="B">Second.</param>
/// <param name="Signature">ROUGE signature of the scores; null when none was read.</param>
/// <param name="Batch">The batch; 0 for a file.</param>
internal sealed record Compared(IReadOnlyList<ComparisonRow> Rows, string A, string B, string? Signature, long Batch)
{
    /// <summary>Two columns of a file.</summary>
    public bool IsFile => Batch == 0;
}
