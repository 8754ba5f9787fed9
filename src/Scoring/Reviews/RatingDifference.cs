using Pipeline.TextMetrics.Statistics;

namespace Pipeline.Scoring.Reviews;

/// <summary>Two recipes on the same documents.</summary>
/// <param name="A">What is compared with.</param>
/// <param name="B">What is compared.</param>
/// <param name="Criterion">Name of the criterion.</param>
/// <param name="Result">What the test found about B - A.</param>
/// <param name="HolmP">Its p after Holm's correction over all differences of the review.</param>
public sealed record RatingDifference(string A, string B, string Criterion, PairedComparison Result, double HolmP)
{
    /// <summary>The difference that sample sizes refer to: half a step of the scale.</summary>
    public const double HalfAStep = 0.5;

    private const double Level = 0.05;

    /// <summary>A difference of either sign that is not chance.</summary>
    public bool IsSignificant => HolmP <= Level;

    /// <summary>Documents with which half a step is found in 80 of 100 cases.</summary>
    public int Needed => SampleSize.ForPairs(Result.StandardDeviation, HalfAStep);
}
