using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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

        var vocabulary = new Vocabulary();
        var (s, a) = (new TokenBuffer(vocabulary), new TokenBuffer(vocabulary));
        tokenizer.Tokenize(summary, s);
        tokenizer.Tokenize(source, a);
        return Of(s, a, n);
    }

    /// <summary>The same for tokens of one vocabulary.</summary>
    internal static NgramNovelty Of(TokenBuffer summary, TokenBuffer source, int n)
    {
        // What the summary has of each n-gram; below 0 once the source was seen to have it too.
        var counts = new Dictionary<UInt128, int>(summary.Count);
        for (var start = 0; start + n <= summary.Count; start++)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(counts, Ngram(summary.Ids.Slice(start, n)), out _)++;
        }

        if (counts.Count == 0)
        {
            return default;
        }

        var repeated = counts.Values.Count(count => count > 1);
        var known = 0;
        for (var start = 0; start + n <= source.Count; start++)
        {
            ref var count = ref CollectionsMarshal.GetValueRefOrNullRef(counts, Ngram(source.Ids.Slice(start, n)));
            if (!Unsafe.IsNullRef(ref count) && count > 0)
            {
                count = -1;
                known++;
            }
        }

        return new NgramNovelty((double)(counts.Count - known) / counts.Count, (double)repeated / counts.Count);
    }

    // Ids instead of texts: an n-gram is a number of 128 bits.
    private static UInt128 Ngram(ReadOnlySpan<int> ids)
    {
        UInt128 ngram = 0;
        foreach (var id in ids)
        {
            ngram = (ngram << 32) | (uint)id;
        }

        return ngram;
    }
}
