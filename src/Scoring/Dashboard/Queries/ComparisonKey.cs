namespace Pipeline.Scoring.Dashboard.Queries;

/// <summary>What is compared on a page.</summary>
/// <param name="Batch">The batch.</param>
/// <param name="A">First recipe.</param>
/// <param name="B">Second.</param>
/// <param name="By">Metric of the differences by document; null for the first.</param>
/// <param name="Slice">A slice beside the whole batch; null for none.</param>
/// <param name="Signature">ROUGE signature; null for the only one.</param>
internal sealed record ComparisonKey(BatchName Batch, string A, string B, string? By, string? Slice, string? Signature);
