namespace Pipeline.TextMetrics.Clauses;

/// <summary>Whether a text tells why something happened, and whether a summary of it does.</summary>
internal static class CauseClauses
{
    /// <summary>Share of a cause's character pairs that a summary must have to count as telling it.</summary>
    private const double EnoughShare = 0.34;

    /// <summary>Whether a clause of the text tells a cause.</summary>
    public static bool Any(SourceText source) => source.Clauses.Any(clause => clause.Kind == ClauseKind.Cause);

    /// <summary>Whether the summary tells one of the causes: it has a clause of that kind, or shares its words.</summary>
    public static bool IsTold(SourceText source, string summary)
    {
        using var told = new SourceText(summary, splitLists: false);
        if (Any(told))
        {
            return true;
        }

        var pairs = Pairs(summary);
        return source.Clauses.Where(clause => clause.Kind == ClauseKind.Cause)
            .Select(clause => Pairs(source.Span[clause.Start..clause.End]))
            .Any(cause => cause.Count > 0 && cause.Count(pairs.Contains) >= EnoughShare * cause.Count);
    }

    private static HashSet<(char, char)> Pairs(ReadOnlySpan<char> text)
    {
        var pairs = new HashSet<(char, char)>();
        for (var at = 1; at < text.Length; at++)
        {
            if (char.IsLetterOrDigit(text[at - 1]) && char.IsLetterOrDigit(text[at]))
            {
                pairs.Add((text[at - 1], text[at]));
            }
        }

        return pairs;
    }
}
