namespace Pipeline.Storage.Reviews;

/// <summary>A summary as reviewers see it.</summary>
/// <param name="Label">A, B, ...: which recipe that is differs from document to document.</param>
/// <param name="Text">The summary.</param>
public sealed record BlindSummary(string Label, string Text);
