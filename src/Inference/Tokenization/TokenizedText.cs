namespace Pipeline.Inference.Tokenization;

/// <summary>The tokens of a text.</summary>
/// <param name="Ids">Token ids, in order.</param>
/// <param name="Spans">
/// The source text that each token covers. Tokens that share a character share its span; tokens that the post-processor adds have an
/// empty span, and only they.
/// </param>
public sealed record TokenizedText(int[] Ids, TextSpan[] Spans);
