namespace Pipeline.TextMetrics.Tokenization;

/// <summary>
/// Each ideograph is a token, each maximal run of ASCII letters and digits is one in lower case; everything else only ends a run.
/// </summary>
internal sealed class CharTokenizer() : Tokenizer("char", version: 1)
{
    internal override void Tokenize(ReadOnlySpan<char> text, TokenBuffer tokens) => Split(text, tokens);

    internal static void Split(ReadOnlySpan<char> text, TokenBuffer tokens)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var unit = text[i];
            if (char.IsAsciiLetterOrDigit(unit))
            {
                tokens.Append(char.IsAsciiLetterUpper(unit) ? (char)(unit | 0x20) : unit);
                continue;
            }

            tokens.EndWord();
            if (unit == '\n')
            {
                tokens.EndLine();
            }
            else if (unit >= 0x80 && CodePoints.Read(text, ref i) is var point && Ideograph.Contains(point))
            {
                tokens.AddCodePoint(point);
            }
        }

        tokens.EndWord();
    }
}
