using System.Text.RegularExpressions;
using Pipeline.TextMetrics.Clauses;
using Pipeline.TextMetrics.Facts;

namespace Pipeline.TextMetrics.FailureClasses;

/// <summary>
/// Whether a summary keeps the abbreviations of its source. Latin ones are known by their capitals: one that the source does not have is a
/// change. A Chinese one is noticed when it was spelled out: 居民医保 for 居医, where the source never says so.
/// </summary>
internal static partial class AbbreviationCoverage
{
    /// <summary>A text with so many different ones is written in them.</summary>
    private const int Dense = 5;

    /// <summary>Share of a dense text's abbreviations that a summary must have, at least one.</summary>
    private const double EnoughShare = 0.15;

    public static (bool IsAtRisk, bool HasFailed) Of(string source, string summary)
    {
        var (have, told) = (Find(source), Find(summary));
        var isDense = have.Count >= Dense;
        var isChanged = told.Any(abbreviation => !source.Contains(abbreviation, StringComparison.OrdinalIgnoreCase));
        var isLost = isDense && told.Count(have.Contains) < Math.Max(1, EnoughShare * have.Count);
        var isSpelledOut = IsSpelledOut(source, summary);
        return (isDense || isChanged || isSpelledOut, (have.Count > 0 && isChanged) || isLost || isSpelledOut);
    }

    private static HashSet<string> Find(string text) => [.. Latin().Matches(Width.Narrow(text)).Select(match => match.Value)];

    /// <summary>Whether a run of four or five ideographs that only the summary has is a pair of the source with others between.</summary>
    private static bool IsSpelledOut(string source, string summary)
    {
        for (var at = 0; at + 3 < summary.Length; at++)
        {
            for (var length = 4; length <= 6 && at + length <= summary.Length; length++)
            {
                var run = summary.AsSpan(at, length);
                if (!Script.IsUnspaced(run[^1]))
                {
                    break;
                }

                if (IsSpelledOutBy(source, summary, run))
                {
                    return true;
                }
            }
        }

        return false;
    }

    // 居民医保: its first and its third character are the pair 居医 of the source, its own pairs are not in the source at all.
    private static bool IsSpelledOutBy(string source, string summary, ReadOnlySpan<char> run)
    {
        for (var at = 0; at + 1 < run.Length; at++)
        {
            if (!Script.IsUnspaced(run[at]) || source.AsSpan().Contains(run.Slice(at, 2), StringComparison.Ordinal))
            {
                return false;
            }
        }

        Span<char> pair = [run[0], run[2]];
        return source.AsSpan().Contains(pair, StringComparison.Ordinal) && !summary.AsSpan().Contains(pair, StringComparison.Ordinal);
    }

    [GeneratedRegex("(?<![A-Za-z0-9])[A-Z][A-Z&/]*[A-Z](?:-?[0-9]{1,4})?(?![A-Za-z])")]
    private static partial Regex Latin();
}
