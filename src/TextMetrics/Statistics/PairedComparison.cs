namespace Pipeline.TextMetrics.Statistics;

/// <summary>What <see cref="PairedTest"/> found about two systems on the same items.</summary>
/// <param name="Count">Pairs.</param>
/// <param name="MeanA">Mean of A.</param>
/// <param name="MeanB">Mean of B.</param>
/// <param name="Delta">Mean of b - a with its percentile interval, in the scores' unit.</param>
/// <param name="StandardDeviation">Of the differences (n - 1).</param>
/// <param name="BootstrapP">Two-sided p of the bootstrap of the difference, centred on the observed one.</param>
/// <param name="RandomizationP">Two-sided p of approximate randomisation.</param>
/// <param name="Wins">Pairs in which b &gt; a.</param>
/// <param name="Losses">Pairs in which b &lt; a.</param>
/// <param name="Ties">Pairs in which both are equal.</param>
public sealed record PairedComparison(
    int Count, double MeanA, double MeanB, ConfidenceInterval Delta, double StandardDeviation,
    double BootstrapP, double RandomizationP, int Wins, int Losses, int Ties)
{
    /// <summary>
    /// The larger of both p. The bootstrap alone is too sure of itself on a handful of pairs (three equal differences give it nothing to
    /// scatter), randomisation alone on none.
    /// </summary>
    public double P => Math.Max(BootstrapP, RandomizationP);
}
