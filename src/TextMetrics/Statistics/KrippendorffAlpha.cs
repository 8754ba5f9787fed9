namespace Pipeline.TextMetrics.Statistics;

/// <summary>
/// Krippendorff's alpha: agreement of any number of raters who need not rate everything (Krippendorff, "Computing Krippendorff's
/// Alpha-Reliability", 2011). 1 is full agreement, 0 what chance gives, below 0 worse than chance.
/// </summary>
public static class KrippendorffAlpha
{
    /// <summary>Alpha of ratings whose order counts, not their distances: a scale of 1 to 5 whose steps may differ.</summary>
    /// <param name="units">Ratings of each item, one per rater; items with fewer than two say nothing about agreement.</param>
    /// <returns>Null when no item has two ratings, or all ratings are the same: then nothing can be told.</returns>
    public static double? Ordinal(IEnumerable<IReadOnlyList<int>> units) => Of(units, OrdinalDistance);

    /// <summary>Alpha of ratings whose distances count.</summary>
    /// <param name="units">As in <see cref="Ordinal"/>.</param>
    /// <returns>As of <see cref="Ordinal"/>.</returns>
    public static double? Interval(IEnumerable<IReadOnlyList<int>> units) =>
        Of(units, (values, _, c, k) => (double)(values[c] - values[k]) * (values[c] - values[k]));

    private static double? Of(IEnumerable<IReadOnlyList<int>> units, Func<int[], double[], int, int, double> distance)
    {
        var pairable = units.Where(unit => unit.Count > 1).ToList();
        int[] values = [.. pairable.SelectMany(unit => unit).Distinct().Order()];
        if (values.Length < 2)
        {
            return null;
        }

        var coincidences = Coincidences(pairable, values);
        var margins = new double[values.Length];
        for (var c = 0; c < values.Length; c++)
        {
            for (var k = 0; k < values.Length; k++)
            {
                margins[c] += coincidences[c, k];
            }
        }

        var (observed, expected) = (0.0, 0.0);
        for (var c = 0; c < values.Length; c++)
        {
            for (var k = c + 1; k < values.Length; k++)
            {
                var squared = distance(values, margins, c, k);
                observed += coincidences[c, k] * squared;
                expected += margins[c] * margins[k] * squared;
            }
        }

        return 1 - (margins.Sum() - 1) * observed / expected;
    }

    /// <summary>o(c, k): every ordered pair of ratings of one item counts 1 / (its ratings - 1).</summary>
    private static double[,] Coincidences(List<IReadOnlyList<int>> units, int[] values)
    {
        var coincidences = new double[values.Length, values.Length];
        foreach (var unit in units)
        {
            var places = unit.Select(value => Array.BinarySearch(values, value)).ToArray();
            for (var i = 0; i < places.Length; i++)
            {
                for (var j = 0; j < places.Length; j++)
                {
                    coincidences[places[i], places[j]] += i == j ? 0 : 1.0 / (places.Length - 1);
                }
            }
        }

        return coincidences;
    }

    /// <summary>(n_c / 2 + the ratings between + n_k / 2) squared.</summary>
    private static double OrdinalDistance(int[] values, double[] margins, int c, int k)
    {
        var ranks = (margins[c] + margins[k]) / 2;
        for (var between = c + 1; between < k; between++)
        {
            ranks += margins[between];
        }

        return ranks * ranks;
    }
}
