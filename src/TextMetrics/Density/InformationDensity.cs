using Pipeline.TextMetrics.Facts;
using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.TextMetrics.Density;

/// <summary>
/// How much of its source a summary tells in its space: the different facts and content words that the source has too, per 100 characters.
/// A definition of our own (docs/metrics.md). What the source does not have counts as nothing, so inventing does not help.
/// </summary>
/// <param name="Facts">Different facts of the summary that the source supports.</param>
/// <param name="Words">Different content words of the summary that the source has, numbers apart.</param>
/// <param name="Length">Code points of the summary that are not white space.</param>
public sealed record InformationDensity(int Facts, int Words, int Length)
{
    private static readonly Tokenizer s_words = Tokenizers.Get("jieba");

    /// <summary>Facts and words per 100 characters; null for a summary without characters.</summary>
    public double? Per100 => Length == 0 ? null : 100.0 * (Facts + Words) / Length;

    /// <summary>Counts. Both texts may be empty.</summary>
    public static InformationDensity Of(string summary, string source)
    {
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(source);
        return new(CountFacts(summary, source), CountWords(summary, source), CountCharacters(summary));
    }

    private static int CountFacts(string summary, string source)
    {
        var claims = new FactList(summary);
        var support = new FactSupport(new FactList(source));
        var facts = new HashSet<string>(StringComparer.Ordinal);
        foreach (var moment in claims.Moments)
        {
            if (support.Supports(moment))
            {
                facts.Add(claims.Narrow.Substring(moment.Start, moment.Length));
            }
        }

        foreach (var quantity in claims.Quantities)
        {
            if (support.Fault(quantity, claims.Narrow) is null or FactKind.Converted)
            {
                facts.Add(claims.Narrow.Substring(quantity.Start, quantity.Length));
            }
        }

        return facts.Count;
    }

    // A Chinese word is looked for in the text itself: the same characters may be cut into other words there.
    private static int CountWords(string summary, string source)
    {
        var there = s_words.Tokenize(source).ToHashSet(StringComparer.Ordinal);
        return s_words.Tokenize(summary).Distinct(StringComparer.Ordinal).Count(word =>
            IsContent(word) && (there.Contains(word) || (IsChinese(word) && source.Contains(word, StringComparison.Ordinal))));
    }

    private static bool IsContent(string word) =>
        CodePoints.Count(word) >= (IsChinese(word) ? 2 : 3) && !word.Any(char.IsDigit) && !FunctionWords.Contains(word);

    private static bool IsChinese(string word)
    {
        var index = 0;
        return Ideograph.Contains(CodePoints.Read(word, ref index));
    }

    private static int CountCharacters(string text)
    {
        var count = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var codePoint = CodePoints.Read(text, ref i);
            count += codePoint <= char.MaxValue && char.IsWhiteSpace((char)codePoint) ? 0 : 1;
        }

        return count;
    }
}
