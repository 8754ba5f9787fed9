namespace Pipeline.TextMetrics.Statistics;

/// <summary>An interval for a mean.</summary>
/// <param name="Mean">The mean of the values themselves, not of the resamples: it does not depend on the seed.</param>
/// <param name="Low">Lower bound, in the values' unit.</param>
/// <param name="High">Upper bound.</param>
public readonly record struct ConfidenceInterval(double Mean, double Low, double High);
