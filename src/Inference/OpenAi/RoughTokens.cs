using Pipeline.Inference.Processing;
using Pipeline.Inference.Tokenization;

namespace Pipeline.Inference.OpenAi;

/// <summary>
/// An estimate for models whose tokenizer is not at hand: a token for each character that is not ASCII and each sign, and for each four
/// characters of an ASCII word. For Chinese this is more than current tokenizers need.
/// </summary>
internal sealed class RoughTokens : IPromptTokens
{
    private const int WordLength = 4;

    /// <summary>What a chat's format takes beside its messages.</summary>
    private const int MessageTokens = 8;

    public IReadOnlyList<TextSpan> Tokens(string text)
    {
        var spans = new List<TextSpan>();
        for (var at = 0; at < text.Length;)
        {
            var start = at++;
            if (char.IsAsciiLetterOrDigit(text[start]))
            {
                while (at < text.Length && at - start < WordLength && char.IsAsciiLetterOrDigit(text[at]))
                {
                    at++;
                }
            }
            else if (char.IsSurrogatePair(text, start))
            {
                at++;
            }

            spans.Add(new(start, at - start));
        }

        return spans;
    }

    public int Count(Prompt prompt) => prompt.Parts.Sum(part => Tokens(part.Text).Count) + MessageTokens
        + (prompt.System is { } system ? Tokens(system).Count + MessageTokens : 0);
}
