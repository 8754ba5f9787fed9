namespace Pipeline.Inference.Tokenization.AddedTokens;

/// <summary>An added token in a text, with the white space that it swallows.</summary>
internal readonly record struct AddedTokenMatch(int Id, TextSpan Span);
