namespace Pipeline.Inference.Processing;

/// <summary>A piece of a prompt.</summary>
/// <param name="Text">Its text.</param>
/// <param name="IsUserText">True for the ticket: there, the names of special tokens are ordinary characters.</param>
internal readonly record struct PromptPart(string Text, bool IsUserText);
