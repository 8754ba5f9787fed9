namespace Pipeline.TextMetrics.Statistics;

/// <summary>How many samples an extreme quantile needs (Wilks 1941, distribution-free tolerance limits).</summary>
public static class QuantileSampleSize
{
    /// <summary>
    /// The smallest n with which the most extreme of n samples lies beyond the <paramref name="share"/>-quantile with the given confidence:
    /// (1 - share)^n &lt;= 1 - confidence. With fewer, a limit at this quantile is a guess beyond the data.
    /// </summary>
    /// <param name="share">Share of the distribution beyond the quantile, above 0 and below 1.</param>
    /// <param name="confidence">Above 0 and below 1.</param>
    public static int For(double share, double confidence)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(share, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(share, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(confidence, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(confidence, 1);
        return (int)Math.Ceiling(Math.Log(1 - confidence) / Math.Log(1 - share));
    }
}
