using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.TextMetrics;

/// <summary>How short a summary is compared with its source.</summary>
public static class CompressionRatio
{
    /// <summary>
    /// Code points of the summary over code points of the source (the inverse of Newsroom's "compression"): 0.2 keeps a fifth. Null
    /// when the source is empty. Surrogate pairs count once, so the ratio does not depend on the encoding.
    /// </summary>
    public static double? Of(string summary, string source)
    {
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(source);
        return source.Length == 0 ? null : (double)CodePoints.Count(summary) / CodePoints.Count(source);
    }
}
