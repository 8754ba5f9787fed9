using System.Text;

namespace Pipeline.Inference.Tokenization.Decoding;

/// <summary>Spaces between words, none before the parts of a word and, with <paramref name="cleanup"/>, before English punctuation.</summary>
internal sealed class WordPieceDecoder(string prefix, bool cleanup) : ITokenDecoder
{
    private static readonly (string From, string To)[] Repairs =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"), (" do not", " don't"),
        (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ];

    public string Decode(IReadOnlyList<string> tokens)
    {
        var text = new StringBuilder();
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = i == 0 ? tokens[i] : tokens[i].StartsWith(prefix, StringComparison.Ordinal) ? tokens[i][prefix.Length..] : " " + tokens[i];
            // Token by token, as the reference does it: a repair never spans two of them.
            foreach (var (from, to) in cleanup ? Repairs : [])
            {
                token = token.Replace(from, to, StringComparison.Ordinal);
            }

            text.Append(token);
        }

        return text.ToString();
    }
}
