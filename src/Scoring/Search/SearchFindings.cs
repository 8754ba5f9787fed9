namespace Pipeline.Scoring.Search;

/// <summary>What a search found, and what its filter took out.</summary>
/// <param name="Embedder">Name of the embedder; null when the tenant has no batch.</param>
/// <param name="QueryTokens">Length of the query, for a lexical embedder without words that ask.</param>
/// <param name="Threshold">Least similarity.</param>
/// <param name="Topic">Topic of the query; null when none is near enough, or none is configured.</param>
/// <param name="Considered">Nearest texts that the filter looked at.</param>
/// <param name="BelowThreshold">Of these, not near enough.</param>
/// <param name="OffTopic">Of the rest, of another topic than the query.</param>
/// <param name="IsExact">Every vector in the scope was compared; otherwise an index was followed, which may miss one.</param>
/// <param name="Results">Nearest first.</param>
public sealed record SearchFindings(
    string? Embedder, int QueryTokens, double Threshold, string? Topic, int Considered, int BelowThreshold, int OffTopic, bool IsExact,
    IReadOnlyList<SearchResult> Results);
