namespace Pipeline.Inference.Generation;

/// <summary>
/// Guesses how a text goes on: as its prompt went on where the same tokens stood. Summaries copy names, numbers and whole clauses of their source
/// (Saxena 2023, "Prompt Lookup Decoding").
/// </summary>
internal static class PromptLookup
{
    // Fewer tokens occur by chance.
    private const int FewestMatching = 2;
    private const int MostMatching = 3;

    /// <summary>Tokens that may follow; empty when the last ones stand nowhere before.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="newIds">What was appended.</param>
    /// <param name="most">Most tokens.</param>
    public static int[] Guess(IReadOnlyList<int> prompt, IReadOnlyList<int> newIds, int most)
    {
        int[] text = [.. prompt, .. newIds];
        for (var length = Math.Min(MostMatching, text.Length - 1); length >= FewestMatching; length--)
        {
            // The last place before the end itself.
            var place = text.AsSpan(0, text.Length - 1).LastIndexOf(text.AsSpan(text.Length - length));
            if (place >= 0)
            {
                var next = place + length;
                return text[next..Math.Min(next + Math.Max(most, 0), text.Length)];
            }
        }

        return [];
    }
}
