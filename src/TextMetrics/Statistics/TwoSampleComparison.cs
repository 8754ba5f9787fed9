namespace Pipeline.TextMetrics.Statistics;

/// <summary>What <see cref="TwoSampleTest"/> found about two samples of different items.</summary>
/// <param name="CountA">Items of A.</param>
/// <param name="CountB">Items of B.</param>
/// <param name="MeanA">Mean of A.</param>
/// <param name="MeanB">Mean of B.</param>
/// <param name="Delta">Mean of B - mean of A with its percentile interval, in the scores' unit.</param>
/// <param name="P">Two-sided p of the bootstrap, centred on the observed difference.</param>
public sealed record TwoSampleComparison(int CountA, int CountB, double MeanA, double MeanB, ConfidenceInterval Delta, double P);
