namespace Pipeline.TextMetrics.Statistics;

/// <summary>
/// Percentile bootstrap (Efron and Tibshirani 1993, chapter 13) of a mean: resample with replacement, take the quantiles of the
/// resampled means with numpy's linear interpolation, as the aggregator of google-research/rouge does.
/// </summary>
public static class BootstrapInterval
{
    /// <summary>1,000 resamples, as google-research/rouge and sacreBLEU take.</summary>
    public const int DefaultResamples = 1000;

    /// <summary>The seed sacreBLEU prints in its signatures.</summary>
    public const int DefaultSeed = 12345;

    /// <summary>The interval of the mean of <paramref name="values"/>; null when there are none. One value gives itself thrice.</summary>
    /// <param name="values">Finite values, such as the F of each pair.</param>
    /// <param name="confidence">Between 0 and 1; 0.95 for a 95 % interval.</param>
    /// <param name="resamples">How many means are drawn.</param>
    /// <param name="seed">The same seed and values give the same interval, on every machine and runtime.</param>
    /// <exception cref="ArgumentException">A value is not finite.</exception>
    public static ConfidenceInterval? OfMean(
        ReadOnlySpan<double> values, double confidence = 0.95, int resamples = DefaultResamples, int seed = DefaultSeed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(resamples);
        if (values.IsEmpty)
        {
            return null;
        }

        var mean = Resampling.Mean(values);
        var copy = values.ToArray();
        var means = Resampling.Draw(
            resamples, copy.Length, seed, (ref SplitMix64 random) => Resampling.MeanWithReplacement(copy, ref random));
        return Percentiles(mean, means, confidence);
    }

    /// <summary>The interval that resampled means give; they are sorted in place.</summary>
    internal static ConfidenceInterval Percentiles(double mean, double[] means, double confidence)
    {
        if (confidence is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "The confidence must be in 0..1, such as 0.95.");
        }

        Array.Sort(means);
        var tail = (1 - confidence) / 2;
        return new ConfidenceInterval(mean, Resampling.Quantile(means, tail), Resampling.Quantile(means, 1 - tail));
    }
}
