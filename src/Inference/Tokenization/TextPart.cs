namespace Pipeline.Inference.Tokenization;

/// <summary>One part of a prompt: the user's text is <see cref="SpecialTokens.Plain"/>, the template around it is not.</summary>
public readonly record struct TextPart(string Text, SpecialTokens Mode);
