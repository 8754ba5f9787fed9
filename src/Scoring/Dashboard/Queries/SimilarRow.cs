namespace Pipeline.Scoring.Dashboard.Queries;

/// <summary>A document like another one.</summary>
public sealed record SimilarRow(long BatchId, long Line, string Id, double Similarity, string Text);
