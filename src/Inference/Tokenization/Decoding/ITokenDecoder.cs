namespace Pipeline.Inference.Tokenization.Decoding;

/// <summary>Puts tokens together to a text.</summary>
internal interface ITokenDecoder
{
    string Decode(IReadOnlyList<string> tokens);
}
