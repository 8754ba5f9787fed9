using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.TextMetrics.Extractiveness;

/// <summary>
/// Shares of a summary's distinct n-grams (SummEval's data statistics; Fabbri et al. 2021). Null when the summary has no n-gram.
/// </summary>
/// <param name="Novel">Share that the source does not have: new wording, or an invention.</param>
/// <param name="Repeated">Share that occurs more than once in the summary: a generation that loops.</param>
public readonly record struct NgramNovelty(double? Novel, double? Repeated)
{
    private const int LongestNgram = 4;

    /// <summary>Counts the n-grams of <paramref name="n"/> tokens, 1 to 4.</summary>
    public static NgramNovelty Of(string summary, string source, Tokenizer tokenizer, int n)
    {
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(n, LongestNgram);

        // Ids instead of texts: an n-gram is a number of 128 bits.
        var vocabulary = new Vocabulary();
        var (s, a) = (new TokenBuffer(vocabulary), new TokenBuffer(vocabulary));
        tokenizer.Tokenize(summary, s);
        tokenizer.Tokenize(source, a);
        var counts = new Dictionary<UInt128, int>();
        foreach (var ngram in Ngrams(s, n))
        {
            counts[ngram] = counts.GetValueOrDefault(ngram) + 1;
        }

        if (counts.Count == 0)
        {
            return default;
        }

        var known = Ngrams(a, n).ToHashSet();
        return new NgramNovelty(
            (double)counts.Keys.Count(ngram => !known.Contains(ngram)) / counts.Count,
            (double)counts.Values.Count(count => count > 1) / counts.Count);
    }

    private static IEnumerable<UInt128> Ngrams(TokenBuffer tokens, int n)
    {
        for (var start = 0; start + n <= tokens.Count; start++)
        {
            UInt128 ngram = 0;
            for (var i = start; i < start + n; i++)
            {
                ngram = (ngram << 32) | (uint)tokens.Ids[i];
            }

            yield return ngram;
        }
    }
}
