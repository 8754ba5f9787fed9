namespace Pipeline.Inference.Processing;

/// <summary>What a model is asked.</summary>
/// <param name="System">The instruction of the system's role; null when there is none.</param>
/// <param name="Parts">The user's message: template and text in turn.</param>
internal sealed record Prompt(string? System, IReadOnlyList<PromptPart> Parts);
