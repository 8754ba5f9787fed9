using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.TextMetrics.Extractiveness;

/// <summary>
/// How densely a summary tells what its source tells: the share of its tokens that are content of the source, each distinct token counted
/// once. Filler, repetition and inventions lower it; a list of the source's key words would reach 1, so read it beside ROUGE, not alone.
/// </summary>
public static class InformationDensity
{
    // Tokens that carry no content of their own: particles, pronouns, prepositions, conjunctions, auxiliaries.
    private static readonly HashSet<string> s_function =
    [
        .. "的了是在和与及或而且但也都就还又被把给对为从到向于以由其这那此该将已之等着过吗呢吧啊呀您你我他她它们并则因所".Select(character => character.ToString()),
        "a", "an", "the", "of", "to", "in", "on", "at", "for", "and", "or", "but", "is", "are", "was", "were", "be", "been", "it", "this", "that",
        "with", "by", "as", "from", "has", "have", "had", "he", "she", "they", "we", "i", "you", "please",
    ];

    /// <summary>Distinct content tokens of the summary that its source has, over all tokens of the summary; 0 to 1.</summary>
    /// <returns>Null for a summary without tokens.</returns>
    public static double? Of(string summary, string source, Tokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(tokenizer);

        var tokens = tokenizer.Tokenize(summary);
        var known = tokenizer.Tokenize(source).ToHashSet();
        return tokens.Count == 0
            ? null
            : (double)tokens.Distinct().Count(token => !s_function.Contains(token) && known.Contains(token)) / tokens.Count;
    }
}
