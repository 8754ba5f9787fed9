using System.Text.RegularExpressions;

namespace Pipeline.TextMetrics.Extractiveness;

/// <summary>
/// Whether the numbers of a summary stand in its source, the cheapest sign of an invented fact (after the precision of Nan et al.
/// 2021, restricted to numbers).
/// </summary>
/// <param name="Summary">The numbers of the summary in order, as written.</param>
/// <param name="Unsupported">Those the source does not have, as written: 27% is not 27.</param>
public sealed partial record NumberPrecision(IReadOnlyList<string> Summary, IReadOnlyList<string> Unsupported)
{
    /// <summary>Supported numbers over all numbers of the summary, in 0..1; null when it has none.</summary>
    public double? Precision => Summary.Count == 0 ? null : (double)(Summary.Count - Unsupported.Count) / Summary.Count;

    public static NumberPrecision Of(string summary, string source)
    {
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(source);

        var supported = Find(source).ToHashSet();
        string[] numbers = [.. Find(summary)];
        return new NumberPrecision(numbers, [.. numbers.Where(number => !supported.Contains(number))]);
    }

    /// <summary>ASCII digits with inner points, commas and colons and a percent sign: amounts, versions, times of day.</summary>
    internal static IEnumerable<string> Find(string text) => Number().Matches(text).Select(match => match.Value);

    [GeneratedRegex("[0-9]+(?:[.,:][0-9]+)*%?")]
    private static partial Regex Number();
}
