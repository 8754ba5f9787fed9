using Pipeline.Scoring.Search;

namespace Pipeline.Scoring.Http;

/// <summary>A search's answer as JSON.</summary>
/// <param name="Embedder">Name of the embedder.</param>
/// <param name="Exact">Every vector in the scope was compared; otherwise the index was followed.</param>
/// <param name="Filter">What the filter did.</param>
/// <param name="Items">Nearest first.</param>
public sealed record SearchAnswer(string? Embedder, bool Exact, SearchFilter Filter, IReadOnlyList<SearchItem> Items)
{
    /// <summary>Makes it.</summary>
    public static SearchAnswer Of(SearchFindings findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        return new(
            findings.Embedder, findings.IsExact,
            new SearchFilter(
                findings.QueryTokens, Math.Round(findings.Threshold, 4), findings.Topic, findings.Considered, findings.BelowThreshold, findings.OffTopic),
            [.. findings.Results.Select(SearchItem.Of)]);
    }
}
