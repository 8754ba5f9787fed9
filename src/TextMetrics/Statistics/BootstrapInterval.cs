using System.Buffers;

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
        if (confidence is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "The confidence must be in 0..1, such as 0.95.");
        }

        if (values.IsEmpty)
        {
            return null;
        }

        var rented = ArrayPool<double>.Shared.Rent(resamples);
        var means = rented.AsSpan(0, resamples);
        var state = (ulong)(uint)seed;
        foreach (ref var mean in means)
        {
            mean = Resample(values, ref state) / values.Length;
        }

        means.Sort();
        var tail = (1 - confidence) / 2;
        var interval = new ConfidenceInterval(Mean(values), Quantile(means, tail), Quantile(means, 1 - tail));
        ArrayPool<double>.Shared.Return(rented);
        return interval;
    }

    /// <summary>The quantile of sorted values by linear interpolation (numpy's default, R's type 7).</summary>
    internal static double Quantile(ReadOnlySpan<double> sorted, double quantile)
    {
        var position = quantile * (sorted.Length - 1);
        var below = (int)Math.Floor(position);
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (sorted[above] - sorted[below]) * (position - below);
    }

    internal static double Resample(ReadOnlySpan<double> values, ref ulong state)
    {
        var sum = 0.0;
        for (var i = 0; i < values.Length; i++)
        {
            sum += values[(int)((Next(ref state) >> 32) * (ulong)values.Length >> 32)];
        }

        return sum;
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

    // SplitMix64 (Steele, Lea and Flood 2014): System.Random does not promise the same numbers in the next runtime.
    private static ulong Next(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        var z = (state ^ state >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        return z ^ z >> 31;
    }
}
