namespace Pipeline.Inference.Processing;

/// <summary>What a model answered to a prompt.</summary>
/// <param name="Text">The answer as it came.</param>
/// <param name="EndedByLength">Whether the limit of new tokens ended it.</param>
/// <param name="PromptTokens">Tokens of the prompt.</param>
/// <param name="OutputTokens">Tokens of the answer.</param>
internal sealed record Completion(string Text, bool EndedByLength, int PromptTokens, int OutputTokens);
