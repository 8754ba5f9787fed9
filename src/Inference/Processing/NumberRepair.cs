using Pipeline.TextMetrics.Facts;

namespace Pipeline.Inference.Processing;

/// <summary>
/// Holds a summary's numbers and units against the source. One that the source has is left alone. One that the source has in exactly one
/// other form, which the model must have meant, is put back: another unit (增长1.2倍 for 增长120%), a lost multiplier or unit, a rounding, a
/// slip of one digit. Anything else is left and flagged.
/// </summary>
internal static class NumberRepair
{
    /// <summary>Below so many characters of a number, a slip of one makes it another number altogether.</summary>
    private const int MinSlipLength = 3;

    // From the surest to the boldest; the first that finds exactly one form decides.
    private static readonly Func<Quantity, Quantity, bool>[] _rules = [IsConverted, LostItsUnit, TookAnotherUnit, IsRounded, IsSlip];

    /// <summary>Repairs.</summary>
    /// <returns>The summary, and a flag for each thing that was found.</returns>
    public static (string Summary, IReadOnlyList<string> Flags) Apply(string source, string summary)
    {
        var claims = Quantities.Find(summary);
        if (claims.Count == 0)
        {
            return (summary, []);
        }

        var facts = Quantities.Find(source);
        var flags = new List<string>();
        for (var at = claims.Count - 1; at >= 0; at--)
        {
            var claim = claims[at];
            if (facts.Any(fact => IsSupported(claim, fact)))
            {
                continue;
            }

            if (Meant(claim, facts) is { } fact)
            {
                summary = string.Concat(summary.AsSpan(0, claim.Start), source.AsSpan(fact.Start, fact.Length), summary.AsSpan(claim.End));
                flags.Add(SummaryFlags.NumberRepaired);
            }
            else
            {
                flags.Add(SummaryFlags.NumberUnsupported);
            }
        }

        return (summary, [.. flags.Distinct().Order(StringComparer.Ordinal)]);
    }

    /// <summary>The same number with the same unit, or without one where the fact has none either.</summary>
    private static bool IsSupported(Quantity claim, Quantity fact) => claim.HasNumberOf(fact) && claim.HasUnitOf(fact);

    private static Quantity? Meant(Quantity claim, IReadOnlyList<Quantity> facts)
    {
        foreach (var rule in _rules)
        {
            var meant = facts.Where(fact => rule(claim, fact)).ToList();
            if (meant.Count > 0 && meant.All(fact => fact.HasNumberOf(meant[0]) && fact.HasUnitOf(meant[0])))
            {
                return meant[0];
            }

            if (meant.Count > 0)
            {
                return null;
            }
        }

        return null;
    }

    private static bool IsConverted(Quantity claim, Quantity fact) => claim.IsConversionOf(fact);

    private static bool LostItsUnit(Quantity claim, Quantity fact) => claim.Unit == Unit.None && claim.HasNumberOf(fact);

    /// <summary>The same figure with a unit of the same kind, or with another multiplier: 45小时 for 45分钟, 120万元 for 120元.</summary>
    private static bool TookAnotherUnit(Quantity claim, Quantity fact) =>
        (claim.HasNumberOf(fact) && claim.Unit.Dimension is { } dimension && dimension == fact.Unit.Dimension)
        || (claim.HasUnitOf(fact) && claim.Unit != Unit.None && Figure(claim) == Figure(fact) && claim.Number != fact.Number);

    private static bool IsRounded(Quantity claim, Quantity fact) => claim is { Value: { } value, Unit: var unit } && unit != Unit.None
        && claim.HasUnitOf(fact) && fact.Value is { } exact && exact.Scale > value.Scale && Math.Round(exact, value.Scale, MidpointRounding.AwayFromZero) == value;

    private static bool IsSlip(Quantity claim, Quantity fact) => claim.HasUnitOf(fact) && fact.Number.Length >= MinSlipLength
        && claim.Number.Length >= MinSlipLength - 1 && IsOneEdit(claim.Number, fact.Number);

    /// <summary>The number without its multiplier: 1.2 of 1.2万.</summary>
    private static string Figure(Quantity quantity) => quantity.Number.TrimEnd('百', '千', '万', '亿');

    /// <summary>One character more, less or other, or two neighbours exchanged.</summary>
    private static bool IsOneEdit(string a, string b)
    {
        if (a.Length > b.Length)
        {
            (a, b) = (b, a);
        }

        var same = a.AsSpan().CommonPrefixLength(b);
        return (b.Length - a.Length) switch
        {
            0 => a.AsSpan(same) is var restOfA && b.AsSpan(same) is var restOfB
                && (restOfA[1..].SequenceEqual(restOfB[1..])
                    || (restOfA.Length > 1 && restOfA[0] == restOfB[1] && restOfA[1] == restOfB[0] && restOfA[2..].SequenceEqual(restOfB[2..]))),
            1 => a.AsSpan(same).SequenceEqual(b.AsSpan(same + 1)),
            _ => false,
        };
    }
}
