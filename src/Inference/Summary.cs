namespace Pipeline.Inference;

/// <summary>A summary and how it ended.</summary>
/// <param name="Text">The summary; never empty.</param>
/// <param name="FinishReason">
/// <c>extracted</c>: whole clauses of the source; <c>cut</c>: a clause was shortened to fit; <c>copied</c>: the source was not longer
/// than the target; <c>lead</c>: the first sentence, cut by length.
/// </param>
/// <param name="Truncated">True when the engine read only the head of the source because of its input limit.</param>
public sealed record Summary(string Text, string FinishReason, bool Truncated);
