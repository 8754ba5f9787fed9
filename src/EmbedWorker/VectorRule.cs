namespace Pipeline.EmbedWorker;

/// <summary>A vector of other length, or with NaN, infinity or length zero, would poison every distance it takes part in.</summary>
internal static class VectorRule
{
    /// <summary>What such a vector is called.</summary>
    public const string Code = "bad-vector";

    /// <summary>What is wrong with a vector; null when nothing is.</summary>
    public static string? Violation(float[] values, int dimensions)
    {
        var norm = 0.0;
        foreach (var value in values)
        {
            norm += (double)value * value;
        }

        // False for NaN too.
        return values.Length == dimensions && norm is > 0.9 and < 1.1
            ? null
            : $"The engine gave {values.Length} dimensions with squared length {norm:0.###}; {dimensions} and 1 are expected";
    }
}
