namespace Pipeline.Storage.Results;

/// <summary>A summary as it is stored.</summary>
/// <param name="Text">The summary, not empty.</param>
/// <param name="FinishReason">Why it ended: <c>extracted</c>, <c>copied</c>, ...</param>
/// <param name="Truncated">Only a part of the source was read.</param>
public sealed record SummaryRecord(string Text, string FinishReason, bool Truncated);
