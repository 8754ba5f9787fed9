using Pipeline.Storage.Comparisons;

namespace Pipeline.Scoring.Comparison;

/// <summary>
/// Parts of a batch. What part a document is in depends on the document alone, never on what a recipe made of it: choosing by the outcome
/// would decide the comparison.
/// </summary>
public static class Slices
{
    /// <summary>Everything.</summary>
    public const string All = "all";

    /// <summary>Documents whose reference has at most <see cref="ShortReferenceChars"/> code points.</summary>
    public const string ShortReferences = "short";

    /// <summary>By the length of the text.</summary>
    public const string Length = "length";

    /// <summary>By a column of a CSV file.</summary>
    public const string Category = "category";

    /// <summary>The article's limit for short summaries.</summary>
    public const int ShortReferenceChars = 50;

    private static readonly int[] s_bands = [100, 300, 1000];

    /// <summary>The slices of <paramref name="names"/> that a document is in.</summary>
    /// <param name="names">What was asked for.</param>
    /// <param name="line">The document.</param>
    /// <param name="categories">Category by external id.</param>
    public static IEnumerable<string> Of(IReadOnlyCollection<string> names, ComparableLine line, IReadOnlyDictionary<string, string> categories)
    {
        yield return All;
        if (names.Contains(ShortReferences) && line.ReferenceLength <= ShortReferenceChars)
        {
            yield return ShortReferences;
        }

        if (names.Contains(Length))
        {
            var band = Array.FindIndex(s_bands, limit => line.TextLength <= limit);
            yield return band switch
            {
                0 => $"text 1-{s_bands[0]}",
                -1 => $"text {s_bands[^1] + 1}-",
                _ => $"text {s_bands[band - 1] + 1}-{s_bands[band]}",
            };
        }

        if (names.Contains(Category) && categories.TryGetValue(line.Id, out var category))
        {
            yield return $"category {(category.Length > 0 ? category : "-")}";
        }
    }
}
