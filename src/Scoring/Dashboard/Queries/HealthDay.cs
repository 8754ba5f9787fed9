namespace Pipeline.Scoring.Dashboard.Queries;

/// <summary>Health of the summaries that one recipe made on one day, as one embedder sees it.</summary>
public sealed record HealthDay(
    DateOnly Day, string Recipe, string Embedder, long Summaries, double? Cosine, double Compression, long DriftAlarms, long CompressionAlarms);
