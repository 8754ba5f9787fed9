namespace Pipeline.TextMetrics.Statistics;

/// <summary>Holm's step-down correction (Holm 1979) for several tests that are read together.</summary>
public static class HolmCorrection
{
    /// <summary>
    /// Adjusted p in the order given: comparing each with 0.05 keeps the chance of even one false finding among all of them below 0.05.
    /// </summary>
    /// <param name="p">p of each test, 0 to 1.</param>
    public static double[] Adjust(ReadOnlySpan<double> p)
    {
        var order = new int[p.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        Array.Sort(p.ToArray(), order);
        var adjusted = new double[p.Length];
        var largest = 0.0;
        for (var rank = 0; rank < order.Length; rank++)
        {
            largest = Math.Max(largest, (order.Length - rank) * p[order[rank]]);
            adjusted[order[rank]] = Math.Min(1, largest);
        }

        return adjusted;
    }
}
