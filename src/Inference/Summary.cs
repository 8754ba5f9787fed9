namespace Pipeline.Inference;

/// <summary>A summary and how it ended.</summary>
/// <param name="Text">The summary; never empty.</param>
/// <param name="FinishReason">
/// <c>extracted</c>: whole clauses of the source; <c>cut</c>: a clause was shortened to fit; <c>copied</c>: the source was not longer
/// than the target; <c>lead</c>: the first sentence, cut by length; <c>generated</c>: the model ended it; <c>length</c>: the limit of new
/// tokens ended it.
/// </param>
/// <param name="Truncated">True when the engine read only a part of the source because of its input limit.</param>
public sealed record Summary(string Text, string FinishReason, bool Truncated)
{
    /// <summary>What was noticed about it, as codes in ordinal order: <c>number-repaired</c>, <c>cause-missing</c>, ...</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>What it took; null for an engine that knows no tokens.</summary>
    public TokenUsage? Tokens { get; init; }
}
