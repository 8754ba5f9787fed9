namespace Pipeline.Cli.Comparison;

/// <summary>What to compare in a batch; see the options of <c>compare</c>.</summary>
internal sealed record BatchComparisonRequest(
    string Batch, string A, string B, IReadOnlyCollection<string> Metrics, IReadOnlyCollection<string> Slices, string? CategoryFile,
    string CategoryColumn, string? Signature, int Seed);
