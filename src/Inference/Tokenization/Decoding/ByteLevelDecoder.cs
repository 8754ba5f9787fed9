using System.Text;
using Pipeline.Inference.Tokenization.Vocabularies;

namespace Pipeline.Inference.Tokenization.Decoding;

/// <summary>Bytes of UTF-8 again; what is not UTF-8 becomes U+FFFD. A token with any character outside the byte alphabet is text itself.</summary>
internal sealed class ByteLevelDecoder : ITokenDecoder
{
    public string Decode(IReadOnlyList<string> tokens)
    {
        var bytes = new List<byte>();
        foreach (var token in tokens)
        {
            if (token.All(character => ByteAlphabet.TryGetByte(character, out _)))
            {
                foreach (var character in token)
                {
                    ByteAlphabet.TryGetByte(character, out var value);
                    bytes.Add(value);
                }
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(token));
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
