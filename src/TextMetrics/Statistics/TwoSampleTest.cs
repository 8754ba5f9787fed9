namespace Pipeline.TextMetrics.Statistics;

/// <summary>
/// The means of two samples of different items: bootstrap of their difference, each sample resampled by itself (Efron and Tibshirani 1993,
/// chapter 16). Where both systems ran on the same items, <see cref="PairedTest"/> sees far smaller differences.
/// </summary>
public static class TwoSampleTest
{
    /// <summary>Below this many items in either sample the bootstrap rejects too often.</summary>
    public const int MinimumCount = 10;

    /// <summary>Compares the mean of <paramref name="b"/> with that of <paramref name="a"/>.</summary>
    /// <param name="a">Scores of A, finite.</param>
    /// <param name="b">Scores of B.</param>
    /// <param name="confidence">Of the interval.</param>
    /// <param name="resamples">How many differences are drawn.</param>
    /// <param name="seed">The same seed and scores give the same numbers on every machine.</param>
    /// <exception cref="ArgumentException">A sample is empty, or a score is not finite.</exception>
    public static TwoSampleComparison Compare(
        ReadOnlySpan<double> a, ReadOnlySpan<double> b, double confidence = 0.95, int resamples = PairedTest.DefaultResamples,
        int seed = BootstrapInterval.DefaultSeed)
    {
        if (a.IsEmpty || b.IsEmpty)
        {
            throw new ArgumentException($"A has {a.Length} scores and B {b.Length}; both need at least one.");
        }

        var (meanA, meanB) = (Resampling.Mean(a), Resampling.Mean(b));
        var (first, second) = (a.ToArray(), b.ToArray());
        var drawn = Resampling.Draw(
            resamples, a.Length + b.Length, seed,
            (ref SplitMix64 random) =>
                Resampling.MeanWithReplacement(second, ref random) - Resampling.MeanWithReplacement(first, ref random));
        var delta = meanB - meanA;
        var interval = BootstrapInterval.Percentiles(delta, drawn, confidence);
        var rounding = 1e-12 * (Math.Abs(meanA) + Math.Abs(meanB));
        return new TwoSampleComparison(a.Length, b.Length, meanA, meanB, interval, Resampling.TwoSided(drawn, delta, delta, rounding));
    }
}
