namespace Pipeline.TextMetrics.Facts;

/// <summary>A place of a summary that its source does not support.</summary>
/// <param name="Start">Code points before it, as PostgreSQL and Python count; UTF-16 units differ behind rare characters.</param>
/// <param name="Length">Its code points.</param>
/// <param name="Kind">What it is.</param>
public readonly record struct UnsupportedSpan(int Start, int Length, FactKind Kind);
