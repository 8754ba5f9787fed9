namespace Pipeline.Storage.Reports;

/// <summary>Something that has no result, at which step, and why.</summary>
public sealed record FailureRow(
    string? Batch, long? Line, string? Id, string Step, string? Recipe, string State, int? Attempts, string Code, string? Reason);
