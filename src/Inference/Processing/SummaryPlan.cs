namespace Pipeline.Inference.Processing;

/// <summary>The prompts for one text.</summary>
/// <param name="Prompts">At least one.</param>
/// <param name="SourceTokens">Tokens of the text.</param>
/// <param name="ReadTokens">Those of them that the prompts hold.</param>
internal sealed record SummaryPlan(IReadOnlyList<Prompt> Prompts, int SourceTokens, int ReadTokens)
{
    /// <summary>Whether the answers are parts that have to be summarised once more.</summary>
    public bool IsMap { get; init; }

    /// <summary>Whether the text tells several events.</summary>
    public bool IsMultiEvent { get; init; }
}
