namespace Pipeline.Scoring.Dashboard.Queries;

/// <summary>Lines of one batch that failed in the same way.</summary>
/// <param name="BatchId">The batch.</param>
/// <param name="Step"><c>ingest</c>, <c>embed</c> or <c>summarize</c>.</param>
/// <param name="Recipe">The recipe or embedder; null at <c>ingest</c>.</param>
/// <param name="State"><c>rejected</c> or <c>quarantined</c>.</param>
/// <param name="Code">Its code.</param>
/// <param name="Lines">How many lines.</param>
/// <param name="FirstLine">The first of them.</param>
/// <param name="Reason">What was said of the first.</param>
public sealed record FailureGroup(
    long BatchId, string Step, string? Recipe, string State, string Code, long Lines, long FirstLine, string? Reason);
