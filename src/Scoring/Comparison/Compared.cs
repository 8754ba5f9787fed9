namespace Pipeline.Scoring.Comparison;

/// <summary>A comparison and what was compared.</summary>
/// <param name="Rows">The results; none while nothing has scores under both.</param>
/// <param name="A">First recipe or column.</param>
/// <param name="B">Second.</param>
/// <param name="Signature">ROUGE signature of the scores; null when none was read.</param>
/// <param name="Batch">The batch; 0 for a file.</param>
public sealed record Compared(IReadOnlyList<ComparisonRow> Rows, string A, string B, string? Signature, long Batch)
{
    /// <summary>Two columns of a file.</summary>
    public bool IsFile => Batch == 0;

    /// <summary>Resamples of each test.</summary>
    public required int Resamples { get; init; }

    /// <summary>The metric of <see cref="Lower"/> and <see cref="Higher"/>; null when no differences were asked for.</summary>
    public string? DifferencesBy { get; init; }

    /// <summary>Documents where the second recipe is lower, the largest difference first.</summary>
    public IReadOnlyList<LineDifference> Lower { get; init; } = [];

    /// <summary>Documents where it is higher.</summary>
    public IReadOnlyList<LineDifference> Higher { get; init; } = [];
}
