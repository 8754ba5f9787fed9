namespace Pipeline.Storage.Reviews;

/// <summary>A document as reviewers see it.</summary>
/// <param name="Number">Its place in the review, from 1.</param>
/// <param name="Text">The source text.</param>
/// <param name="Summaries">Its summaries, in the order of their labels.</param>
public sealed record ReviewDocument(int Number, string Text, IReadOnlyList<BlindSummary> Summaries);
