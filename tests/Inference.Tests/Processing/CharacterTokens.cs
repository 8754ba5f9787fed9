using Pipeline.Inference.Tokenization;

namespace Pipeline.Inference.Tests.Processing;

/// <summary>The simplest tokenizer: each character is a token, and one outside the BMP is two that share its span.</summary>
internal static class CharacterTokens
{
    public static IReadOnlyList<TextSpan> Of(string text) => [.. text.Select((_, at) =>
        char.IsLowSurrogate(text[at]) ? new TextSpan(at - 1, 2) : new TextSpan(at, char.IsHighSurrogate(text[at]) ? 2 : 1))];
}
