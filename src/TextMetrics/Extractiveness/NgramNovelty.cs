using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.TextMetrics.Extractiveness;

/// <summary>
/// Shares of a summary's distinct n-grams (SummEval's data statistics; Fabbri et al. 2021). Null when the summary has no n-gram.
/// </summary>
/// <param name="Novel">Share that the source does not have: new wording, or an invention.</param>
/// <param name="Repeated">Share that occurs more than once in the summary: a generation that loops.</param>
public readonly record struct NgramNovelty(double? Novel, double? Repeated)
{
    /// <summary>Counts the n-grams of <paramref name="n"/> tokens.</summary>
    public static NgramNovelty Of(string summary, string source, Tokenizer tokenizer, int n)
    {
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n);

        var counts = Ngrams(tokenizer.Tokenize(summary), n)
            .GroupBy(ngram => ngram)
            .ToDictionary(group => group.Key, group => group.Count());
        if (counts.Count == 0)
        {
            return default;
        }

        var known = Ngrams(tokenizer.Tokenize(source), n).ToHashSet();
        return new NgramNovelty(
            (double)counts.Keys.Count(ngram => !known.Contains(ngram)) / counts.Count,
            (double)counts.Values.Count(count => count > 1) / counts.Count);
    }

    // No tokenizer puts a line end into a token.
    private static IEnumerable<string> Ngrams(IReadOnlyList<string> tokens, int n) =>
        Enumerable.Range(0, Math.Max(tokens.Count - n + 1, 0)).Select(start => string.Join('\n', tokens.Skip(start).Take(n)));
}
