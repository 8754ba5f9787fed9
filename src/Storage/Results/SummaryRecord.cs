namespace Pipeline.Storage.Results;

/// <summary>A summary as it is stored.</summary>
/// <param name="Text">The summary, not empty.</param>
/// <param name="FinishReason">Why it ended: <c>extracted</c>, <c>copied</c>, ...</param>
/// <param name="Truncated">Only a part of the source was read.</param>
public sealed record SummaryRecord(string Text, string FinishReason, bool Truncated)
{
    /// <summary>What was noticed about it, as codes.</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>Tokens of the source; null when the engine knows none.</summary>
    public int? SourceTokens { get; init; }

    /// <summary>Those of them that were read.</summary>
    public int? ReadTokens { get; init; }

    /// <summary>Tokens of all prompts.</summary>
    public int? PromptTokens { get; init; }

    /// <summary>New tokens.</summary>
    public int? OutputTokens { get; init; }

    /// <summary>Time that the engine took, as it shows from outside: since its previous answer in the same call, so that the sum is right. Null where no engine ran.</summary>
    public double? Seconds { get; init; } = 0;
}
