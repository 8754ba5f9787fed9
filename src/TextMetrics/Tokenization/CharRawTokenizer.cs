namespace Pipeline.TextMetrics.Tokenization;

/// <summary>Each code point is a token unless Python's <c>str.isspace()</c> holds for it. Case and punctuation are kept.</summary>
internal sealed class CharRawTokenizer() : Tokenizer("char-raw", version: 1)
{
    internal override void Tokenize(ReadOnlySpan<char> text, TokenBuffer tokens)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var point = CodePoints.Read(text, ref i);
            if (point == '\n')
            {
                tokens.EndLine();
            }
            else if (!IsSpace(point))
            {
                tokens.AddCodePoint(point);
            }
        }
    }

    // Rune.IsWhiteSpace lacks the four separators U+001C to U+001F.
    private static bool IsSpace(int point) => point switch
    {
        >= 0x09 and <= 0x0D or >= 0x1C and <= 0x20 => true,
        < 0x85 => false,
        0x85 or 0xA0 or 0x1680 or >= 0x2000 and <= 0x200A => true,
        0x2028 or 0x2029 or 0x202F or 0x205F or 0x3000 => true,
        _ => false,
    };
}
