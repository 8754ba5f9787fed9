namespace Pipeline.Scoring.Dashboard.Queries;

/// <summary>A batch to choose from.</summary>
public sealed record BatchName(long Id, string Tenant, string Name);
