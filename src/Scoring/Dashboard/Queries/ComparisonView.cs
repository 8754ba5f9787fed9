using Pipeline.Scoring.Comparison;

namespace Pipeline.Scoring.Dashboard.Queries;

/// <summary>A comparison with the texts of its largest differences, or why there is none.</summary>
/// <param name="Compared">The comparison; null when it was refused.</param>
/// <param name="Lower">Documents where the second recipe is lower, the largest difference first.</param>
/// <param name="Higher">Documents where it is higher.</param>
/// <param name="Refusal">Why it can't be made.</param>
public sealed record ComparisonView(
    Compared? Compared, IReadOnlyList<DocumentDifference> Lower, IReadOnlyList<DocumentDifference> Higher, ComparisonException? Refusal);
