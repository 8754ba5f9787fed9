using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.TextMetrics.Extractiveness;

/// <summary>
/// How much a summary copies from its source (Grusky, Naaman and Artzi 2018, "Newsroom", section 4): greedily from the left, the
/// longest match with the source at each position. A word-overlap score means little without them.
/// </summary>
/// <param name="Fragments">The matches in summary order, as lil-lab/newsroom's code finds them.</param>
/// <param name="SourceTokens">Tokens of the source.</param>
/// <param name="SummaryTokens">Tokens of the summary.</param>
public sealed record ExtractiveFragments(IReadOnlyList<ExtractiveFragment> Fragments, int SourceTokens, int SummaryTokens)
{
    /// <summary>Share of the summary's tokens that lie in a fragment, in 0..1; 0 for a summary without tokens.</summary>
    public double Coverage => SummaryTokens == 0 ? 0 : (double)Fragments.Sum(fragment => fragment.Length) / SummaryTokens;

    /// <summary>Mean length of the fragment a summary token lies in, in tokens: long copies weigh more than scattered words.</summary>
    public double Density => SummaryTokens == 0
        ? 0
        : Fragments.Sum(fragment => (double)fragment.Length * fragment.Length) / SummaryTokens;

    /// <summary>Tokens of the source over tokens of the summary, as Newsroom defines it; 0 for a summary without tokens.</summary>
    public double Compression => SummaryTokens == 0 ? 0 : (double)SourceTokens / SummaryTokens;

    /// <summary>Finds the fragments. Takes time in proportion to the product of the lengths.</summary>
    public static ExtractiveFragments Find(string summary, string source, Tokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(tokenizer);

        var vocabulary = new Vocabulary();
        var (s, a) = (new TokenBuffer(vocabulary), new TokenBuffer(vocabulary));
        tokenizer.Tokenize(summary, s);
        tokenizer.Tokenize(source, a);
        return Find(s, a);
    }

    internal static ExtractiveFragments Find(TokenBuffer summary, TokenBuffer source) =>
        new(Match(summary.Ids, source.Ids), source.Count, summary.Count);

    private static List<ExtractiveFragment> Match(ReadOnlySpan<int> summary, ReadOnlySpan<int> source)
    {
        var fragments = new List<ExtractiveFragment>();
        var start = 0;
        while (start < summary.Length)
        {
            var best = Longest(summary, source, start);
            if (best.Length > 0)
            {
                fragments.Add(best);
            }

            start += Math.Max(best.Length, 1);
        }

        return fragments;
    }

    private static ExtractiveFragment Longest(ReadOnlySpan<int> summary, ReadOnlySpan<int> source, int start)
    {
        var best = default(ExtractiveFragment);
        var rest = summary[start..];
        for (var at = source.IndexOf(rest[0]); at >= 0;)
        {
            var length = rest.CommonPrefixLength(source[at..]);
            if (length > best.Length)
            {
                best = new ExtractiveFragment(start, at, length);
            }

            // The published code goes on behind a match, not behind its first token, and so may miss a longer one that overlaps it.
            at += length;
            var next = source[at..].IndexOf(rest[0]);
            at = next < 0 ? -1 : at + next;
        }

        return best;
    }
}
