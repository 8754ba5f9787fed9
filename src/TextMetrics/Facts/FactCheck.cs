using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.TextMetrics.Facts;

/// <summary>
/// Holds the facts of a summary against its source: numbers with their units, shares, amounts, dates, times, identifiers, and whether
/// something is denied. Chinese numerals, 万 and 亿, full width, spellings of units and of dates are the same fact. It knows no arithmetic: a
/// sum that the source does not state is unsupported.
/// </summary>
/// <param name="Facts">How many facts the summary states, negations apart.</param>
/// <param name="Unsupported">Those without support, in order of their place.</param>
public sealed record FactCheck(int Facts, IReadOnlyList<UnsupportedSpan> Unsupported)
{
    /// <summary>
    /// Supported facts over all facts of the summary, in 0..1; null when it states none. A converted share counts as supported here, a
    /// negation does not count at all.
    /// </summary>
    public double? Precision => Facts == 0
        ? null
        : (double)(Facts - Unsupported.Count(span => span.Kind is not (FactKind.Negation or FactKind.Converted))) / Facts;

    /// <summary>Checks. Both texts may be empty.</summary>
    public static FactCheck Of(string summary, string source)
    {
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(source);

        var claims = new FactList(summary);
        var facts = new FactList(source);
        var support = new FactSupport(facts);
        var unsupported = new List<(int Start, int Length, FactKind Kind)>();
        foreach (var moment in claims.Moments)
        {
            if (!support.Supports(moment))
            {
                unsupported.Add((moment.Start, moment.Length, moment.IsTime ? FactKind.Time : FactKind.Date));
            }
        }

        foreach (var quantity in claims.Quantities)
        {
            if (support.Fault(quantity, claims.Narrow) is { } fault)
            {
                unsupported.Add((quantity.Start, quantity.Length, fault));
            }
        }

        unsupported.AddRange(NegationFlips.Find(claims.Narrow, facts.Narrow).Select(flip => (flip.Start, flip.Length, FactKind.Negation)));
        unsupported.Sort();
        return new FactCheck(
            claims.Moments.Count + claims.Quantities.Count,
            unsupported.ConvertAll(span => new UnsupportedSpan(
                CodePoints.Count(summary.AsSpan(0, span.Start)), CodePoints.Count(summary.AsSpan(span.Start, span.Length)), span.Kind)));
    }
}
