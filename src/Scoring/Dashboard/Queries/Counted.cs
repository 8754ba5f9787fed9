namespace Pipeline.Scoring.Dashboard.Queries;

/// <summary>Figures, exact at one moment.</summary>
/// <param name="Value">The figures.</param>
/// <param name="AsOf">When they were counted.</param>
/// <param name="IsRecounting">Newer figures are being counted right now: ask again soon.</param>
public sealed record Counted<T>(T Value, DateTimeOffset AsOf, bool IsRecounting = false);
