using Pipeline.Storage.Search;

namespace Pipeline.Scoring.Search;

/// <summary>A document that was found.</summary>
/// <param name="Document">The document.</param>
/// <param name="Similarity">Cosine with the query; of the words for a lexical embedder.</param>
/// <param name="Topic">Its topic; null when none is near enough, or none is configured.</param>
public sealed record SearchResult(SearchDocument Document, double Similarity, string? Topic);
