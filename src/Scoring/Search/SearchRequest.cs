using Pipeline.Storage.Search;

namespace Pipeline.Scoring.Search;

/// <summary>What is searched for.</summary>
/// <param name="Query">The question, checked.</param>
/// <param name="Scope">The documents to look at.</param>
/// <param name="Limit">Most results.</param>
public sealed record SearchRequest(string Query, SearchScope Scope, int Limit)
{
    /// <summary>Most results of a request.</summary>
    public const int MaxLimit = 100;

    /// <summary>Name of an embedder; null for the one of the batch or of the newest batch.</summary>
    public string? Embedder { get; init; }

    /// <summary>Summaries of this recipe; null for the newest of any.</summary>
    public string? Recipe { get; init; }

    /// <summary>Least similarity; null for the one that follows the query's length.</summary>
    public double? MinSimilarity { get; init; }

    /// <summary>Whether results of another topic are taken out, where topics are configured.</summary>
    public bool FilterTopics { get; init; } = true;
}
