namespace Pipeline.Scoring.Dashboard.Queries;

/// <summary>Text statistics of a line under one recipe.</summary>
public sealed record DocumentStatistics(
    string Recipe, IReadOnlyList<MarkedPlace> Unsupported, IReadOnlyList<string> Failures, double Coverage, int Facts, double? FactPrecision);
