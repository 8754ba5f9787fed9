namespace Pipeline.TextMetrics.Statistics;

/// <summary>
/// Percentile bootstrap of the difference of two means whose values belong to different texts (Efron and Tibshirani 1993, chapter 8): each
/// sample is drawn anew by itself. Where both have the same texts, the interval of the paired differences is narrower: use
/// <see cref="BootstrapInterval.OfMean"/> on those.
/// </summary>
public static class UnpairedDifference
{
    /// <summary>The interval of mean(<paramref name="after"/>) - mean(<paramref name="before"/>); null when one of them is empty.</summary>
    /// <param name="before">Finite values.</param>
    /// <param name="after">Finite values.</param>
    /// <param name="confidence">Between 0 and 1; 0.95 for a 95 % interval.</param>
    /// <param name="resamples">How many differences are drawn.</param>
    /// <param name="seed">The same seed and values give the same interval.</param>
    /// <exception cref="ArgumentException">A value is not finite.</exception>
    public static ConfidenceInterval? Of(
        ReadOnlySpan<double> before, ReadOnlySpan<double> after, double confidence = 0.95, int resamples = BootstrapInterval.DefaultResamples,
        int seed = BootstrapInterval.DefaultSeed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(resamples);
        if (confidence is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "The confidence must be in 0..1, such as 0.95.");
        }

        if (before.IsEmpty || after.IsEmpty)
        {
            return null;
        }

        var difference = Mean(after) - Mean(before);
        var state = (ulong)(uint)seed;
        var differences = new double[resamples];
        foreach (ref var drawn in differences.AsSpan())
        {
            drawn = BootstrapInterval.Resample(after, ref state) / after.Length - BootstrapInterval.Resample(before, ref state) / before.Length;
        }

        differences.AsSpan().Sort();
        var tail = (1 - confidence) / 2;
        return new(difference, BootstrapInterval.Quantile(differences, tail), BootstrapInterval.Quantile(differences, 1 - tail));
    }

    private static double Mean(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return double.IsFinite(sum) ? sum / values.Length : throw new ArgumentException("Every value must be finite.", nameof(values));
    }
}
