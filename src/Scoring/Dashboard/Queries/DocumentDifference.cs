using Pipeline.Scoring.Comparison;

namespace Pipeline.Scoring.Dashboard.Queries;

/// <summary>A document with both summaries.</summary>
/// <param name="Line">The difference.</param>
/// <param name="Text">Its text.</param>
/// <param name="SummaryA">Summary of the first recipe.</param>
/// <param name="SummaryB">Summary of the second.</param>
public sealed record DocumentDifference(LineDifference Line, string Text, string SummaryA, string SummaryB);
