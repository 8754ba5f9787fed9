namespace Pipeline.Scoring.Dashboard.Queries;

/// <summary>Quality of one batch.</summary>
public sealed record BatchQuality(
    IReadOnlyList<RougeMean> Rouge, IReadOnlyList<DistributionStep> Cosine, IReadOnlyList<DistributionStep> Compression,
    IReadOnlyList<FailureRate> Failures);
