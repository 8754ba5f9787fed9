namespace Pipeline.Inference;

/// <summary>Tokens that a summary took, by the model's tokenizer; an endpoint's count where it gives one.</summary>
/// <param name="Source">Tokens of the source.</param>
/// <param name="Read">Those of them that the model read.</param>
/// <param name="Prompt">Tokens of all prompts.</param>
/// <param name="Output">New tokens.</param>
public sealed record TokenUsage(int Source, int Read, int Prompt, int Output);
