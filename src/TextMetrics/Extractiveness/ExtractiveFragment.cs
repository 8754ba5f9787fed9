namespace Pipeline.TextMetrics.Extractiveness;

/// <summary>A run of tokens the summary shares with its source.</summary>
/// <param name="SummaryStart">Index of the first token in the summary.</param>
/// <param name="SourceStart">Index of the first token in the source.</param>
/// <param name="Length">Tokens.</param>
public readonly record struct ExtractiveFragment(int SummaryStart, int SourceStart, int Length);
