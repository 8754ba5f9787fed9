namespace Pipeline.Inference.Tokenization.Decoding;

/// <summary>Tokens with spaces between them: what the reference does where a file names no decoder.</summary>
internal sealed class SpacedDecoder : ITokenDecoder
{
    public string Decode(IReadOnlyList<string> tokens) => string.Join(' ', tokens);
}
