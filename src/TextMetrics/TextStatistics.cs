using Pipeline.TextMetrics.Extractiveness;
using Pipeline.TextMetrics.FailureClasses;
using Pipeline.TextMetrics.Facts;
using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.TextMetrics;

/// <summary>Everything that is measured of a summary and its source without a reference; docs/metrics.md defines each number.</summary>
/// <param name="Fragments">What it copies.</param>
/// <param name="Unigrams">Novel and repeated tokens.</param>
/// <param name="Bigrams">The same of pairs.</param>
/// <param name="Trigrams">The same of triples.</param>
/// <param name="Numbers">Numbers as written.</param>
/// <param name="Facts">Numbers, dates, identifiers and negations by their meaning.</param>
/// <param name="Failures">The article's failure classes.</param>
public sealed record TextStatistics(
    ExtractiveFragments Fragments, NgramNovelty Unigrams, NgramNovelty Bigrams, NgramNovelty Trigrams, NumberPrecision Numbers,
    FactCheck Facts, FailureReport Failures)
{
    /// <summary>Raised whenever the same texts may give other values.</summary>
    public const int Version = 2;

    /// <summary>Measures. Both texts may be empty.</summary>
    public static TextStatistics Of(string summary, string source, Tokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(tokenizer);

        var vocabulary = new Vocabulary();
        var (told, given) = (new TokenBuffer(vocabulary), new TokenBuffer(vocabulary));
        tokenizer.Tokenize(summary, told);
        tokenizer.Tokenize(source, given);
        var facts = FactCheck.Of(summary, source);
        return new(
            ExtractiveFragments.Find(told, given),
            NgramNovelty.Of(told, given, 1),
            NgramNovelty.Of(told, given, 2),
            NgramNovelty.Of(told, given, 3),
            NumberPrecision.Of(summary, source),
            facts,
            FailureReport.Of(summary, source, facts));
    }
}
