namespace Pipeline.TextMetrics.Statistics;

/// <summary>How many items a test needs.</summary>
public static class SampleSize
{
    // Normal quantiles of 0.975 and 0.8: two-sided 5 %, power 80 %.
    private const double Quantiles = 1.959964 + 0.841621;

    /// <summary>Pairs with which a paired test at 5 % finds a true mean difference of <paramref name="difference"/> in 80 of 100 cases.</summary>
    /// <param name="standardDeviation">Of the differences, as observed.</param>
    /// <param name="difference">The smallest difference that matters, in the same unit, above 0.</param>
    public static int ForPairs(double standardDeviation, double difference) =>
        For(standardDeviation * standardDeviation, difference, PairedTest.MinimumCount);

    /// <summary>Items in each of two samples of equal size.</summary>
    /// <param name="standardDeviationA">Of A's scores.</param>
    /// <param name="standardDeviationB">Of B's scores.</param>
    /// <param name="difference">The smallest difference of the means that matters, above 0.</param>
    public static int ForEachSample(double standardDeviationA, double standardDeviationB, double difference) => For(
        standardDeviationA * standardDeviationA + standardDeviationB * standardDeviationB, difference, TwoSampleTest.MinimumCount);

    private static int For(double variance, double difference, int atLeast)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(difference);
        var needed = Math.Ceiling(Quantiles * Quantiles * variance / (difference * difference));
        return (int)Math.Clamp(needed, atLeast, int.MaxValue);
    }
}
