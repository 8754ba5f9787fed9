namespace Pipeline.Contracts.Requests;

/// <summary>Answers a <see cref="SummarizeRequest"/>.</summary>
/// <param name="Summary">The summary; null when there is none.</param>
/// <param name="FinishReason">How it ended; null when there is none.</param>
/// <param name="Truncated">The engine read only a part of the text.</param>
/// <param name="Flags">What was noticed about it.</param>
/// <param name="Code">Why there is none, as a code.</param>
/// <param name="Reason">Why there is none, as a sentence without the text.</param>
public sealed record SummarizeAnswer(
    string? Summary, string? FinishReason, bool Truncated, IReadOnlyList<string> Flags, string? Code = null, string? Reason = null);
