namespace Pipeline.Cli.Embedders;

/// <summary>How similar an embedder finds texts and their summaries by one recipe.</summary>
/// <param name="Recipe">The recipe.</param>
/// <param name="Embedder">The embedder.</param>
/// <param name="Count">Pairs of text and summary.</param>
/// <param name="Mean">Mean cosine.</param>
/// <param name="StandardDeviation">Of the cosines (n - 1).</param>
/// <param name="Quantiles">Cosines at the shares of <see cref="Shares"/>.</param>
internal sealed record DriftRow(string Recipe, string Embedder, int Count, double Mean, double StandardDeviation, IReadOnlyList<double> Quantiles)
{
    /// <summary>Which quantiles.</summary>
    public static IReadOnlyList<double> Shares { get; } = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95];

    /// <summary>The distribution of cosines, which are sorted in place.</summary>
    public static DriftRow Of(string recipe, string embedder, double[] cosines)
    {
        Array.Sort(cosines);
        var mean = cosines.Average();
        return new DriftRow(
            recipe, embedder, cosines.Length, mean, cosines.Length > 1 ? Math.Sqrt(cosines.Sum(cosine => (cosine - mean) * (cosine - mean)) / (cosines.Length - 1)) : 0,
            [.. Shares.Select(share => Quantile(cosines, share))]);
    }

    // Interpolated linearly, as PostgreSQL's percentile_cont does.
    private static double Quantile(double[] sorted, double share)
    {
        var at = share * (sorted.Length - 1);
        var low = (int)at;
        return low + 1 < sorted.Length ? sorted[low] + (at - low) * (sorted[low + 1] - sorted[low]) : sorted[low];
    }
}
