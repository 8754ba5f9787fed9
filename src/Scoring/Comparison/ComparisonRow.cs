using Pipeline.TextMetrics.Statistics;

namespace Pipeline.Scoring.Comparison;

/// <summary>One metric on one slice.</summary>
/// <param name="Slice">Which documents.</param>
/// <param name="Metric">Which number.</param>
/// <param name="IsHigherBetter">Whether a drop is a change for the worse.</param>
/// <param name="Result">What the test found.</param>
/// <param name="HolmP">Its p after Holm's correction over all rows.</param>
public sealed record ComparisonRow(string Slice, string Metric, bool IsHigherBetter, PairedComparison Result, double HolmP)
{
    /// <summary>Level at which a difference counts.</summary>
    public const double Level = 0.05;

    /// <summary>A difference of either sign that is not chance.</summary>
    public bool IsSignificant => HolmP <= Level;

    /// <summary>Corrects the rows that are read together.</summary>
    public static IReadOnlyList<ComparisonRow> Correct(IReadOnlyList<ComparisonRow> rows)
    {
        var adjusted = HolmCorrection.Adjust([.. rows.Select(row => row.Result.P)]);
        return [.. rows.Zip(adjusted, (row, p) => row with { HolmP = p })];
    }

    /// <summary>B is worse, not by chance, and by at least <paramref name="minDrop"/>.</summary>
    public bool IsWorse(double minDrop) => IsHigherBetter && IsSignificant && Result.Delta.Mean < 0 && -Result.Delta.Mean >= minDrop;

    /// <summary>Pairs that the test needs to find a difference of this size in 80 of 100 cases.</summary>
    public int Needed(double difference) => SampleSize.ForPairs(Result.StandardDeviation, difference);
}
