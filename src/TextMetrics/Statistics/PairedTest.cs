namespace Pipeline.TextMetrics.Statistics;

/// <summary>
/// Two systems on the same items: paired bootstrap of the mean difference (Efron and Tibshirani 1993, chapter 16) and approximate
/// randomisation (Noreen 1989). The bootstrap's p is centred on the observed difference and counts <c>|d_i - d| &gt;= |d|</c>; centring on
/// other things, or counting with <c>&gt;</c>, rejects too often or calls identical systems different.
/// </summary>
public static class PairedTest
{
    /// <summary>Resamples of each test: p near 0.05 has a standard error of 0.002.</summary>
    public const int DefaultResamples = 10_000;

    /// <summary>With fewer pairs randomisation can't get to 0.05 at all: of 2^n sign patterns two are as far as the observed one.</summary>
    public const int MinimumCount = 6;

    // The tests draw from streams of their own, or their p would move together.
    private const int RandomizationSalt = 0x5EED;

    /// <summary>Compares <paramref name="b"/> with <paramref name="a"/>, item by item.</summary>
    /// <param name="a">Scores of A, finite, in any unit.</param>
    /// <param name="b">Scores of B on the same items in the same order.</param>
    /// <param name="confidence">Of the interval.</param>
    /// <param name="resamples">Of each test.</param>
    /// <param name="seed">The same seed and scores give the same numbers on every machine.</param>
    /// <exception cref="ArgumentException">The lengths differ, there are no items, or a score is not finite.</exception>
    public static PairedComparison Compare(
        ReadOnlySpan<double> a, ReadOnlySpan<double> b, double confidence = 0.95, int resamples = DefaultResamples,
        int seed = BootstrapInterval.DefaultSeed)
    {
        if (a.Length != b.Length || a.IsEmpty)
        {
            throw new ArgumentException($"A has {a.Length} scores and B {b.Length}; both need one for each item, and at least one item.");
        }

        var differences = new double[a.Length];
        var (wins, losses, magnitude) = (0, 0, 0.0);
        for (var i = 0; i < a.Length; i++)
        {
            differences[i] = b[i] - a[i];
            wins += b[i] > a[i] ? 1 : 0;
            losses += b[i] < a[i] ? 1 : 0;
            magnitude += Math.Abs(differences[i]);
        }

        var delta = Resampling.Mean(differences);
        var rounding = 1e-12 * magnitude / a.Length;
        var flipped = Resampling.Draw(
            resamples, a.Length, seed ^ RandomizationSalt, (ref SplitMix64 random) => Resampling.MeanWithRandomSigns(differences, ref random));
        var drawn = Resampling.Draw(
            resamples, a.Length, seed, (ref SplitMix64 random) => Resampling.MeanWithReplacement(differences, ref random));
        return new PairedComparison(
            a.Length, Resampling.Mean(a), Resampling.Mean(b), BootstrapInterval.Percentiles(delta, drawn, confidence),
            Resampling.StandardDeviation(differences, delta), Resampling.TwoSided(drawn, delta, delta, rounding),
            Resampling.TwoSided(flipped, 0, delta, rounding), wins, losses, a.Length - wins - losses);
    }
}
