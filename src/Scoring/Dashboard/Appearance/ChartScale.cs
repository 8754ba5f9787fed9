namespace Pipeline.Scoring.Dashboard.Appearance;

/// <summary>Scales of charts.</summary>
internal static class ChartScale
{
    private const int Lines = 4;

    /// <summary>Distance of the grid's lines for counts up to <paramref name="highest"/>: 1, 2 or 5 times a power of ten, about four lines.</summary>
    public static int Ticks(double highest)
    {
        var rough = Math.Max(1, highest / Lines);
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return (int)(power * (((double[])[1, 2, 5, 10]).First(step => step * power >= rough)));
    }
}
