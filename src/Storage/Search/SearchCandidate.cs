namespace Pipeline.Storage.Search;

/// <summary>A text near the query.</summary>
/// <param name="TextId">The text.</param>
/// <param name="Similarity">Cosine with the query, in -1..1.</param>
/// <param name="Vector">Its vector; empty unless asked for.</param>
/// <param name="Body">Its beginning; empty unless asked for.</param>
public sealed record SearchCandidate(long TextId, double Similarity, float[] Vector, string Body = "");
