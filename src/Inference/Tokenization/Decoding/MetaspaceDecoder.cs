using System.Text;

namespace Pipeline.Inference.Tokenization.Decoding;

/// <summary>Visible spaces become spaces; those of the first token go when encoding puts one there.</summary>
internal sealed class MetaspaceDecoder(char replacement, bool hasPrefix) : ITokenDecoder
{
    public string Decode(IReadOnlyList<string> tokens)
    {
        var text = new StringBuilder();
        for (var i = 0; i < tokens.Count; i++)
        {
            text.Append(i == 0 && hasPrefix
                ? tokens[i].Replace(replacement.ToString(), "", StringComparison.Ordinal)
                : tokens[i].Replace(replacement, ' '));
        }

        return text.ToString();
    }
}
