namespace Pipeline.TextMetrics.Tokenization;

/// <summary>
/// The default tokenizer of google-research/rouge (rouge/tokenize.py): lower case, anything but <c>[a-z0-9]</c> separates, words
/// longer than three letters are stemmed when asked. Chinese disappears altogether.
/// </summary>
internal sealed class WordTokenizer(bool stems) : Tokenizer(stems ? "word-en-stem" : "word-en", version: 1, stems)
{
    private const int LongestUnstemmed = 3;

    internal override void Tokenize(ReadOnlySpan<char> text, TokenBuffer tokens)
    {
        foreach (var unit in text)
        {
            if (char.IsAsciiLetterOrDigit(unit))
            {
                tokens.Append(char.IsAsciiLetterUpper(unit) ? (char)(unit | 0x20) : unit);
                continue;
            }

            // The two other characters whose Python lower case begins with an ASCII letter: the Kelvin sign, and the Turkish
            // capital I with a dot, whose dot becomes a combining mark and so a separator.
            if (unit == '\u212A')
            {
                tokens.Append('k');
                continue;
            }

            if (unit == '\u0130')
            {
                tokens.Append('i');
            }

            EndWord(tokens);
            if (unit == '\n')
            {
                tokens.EndLine();
            }
        }

        EndWord(tokens);
    }

    private void EndWord(TokenBuffer tokens)
    {
        if (Stems && tokens.PendingWord.Length > LongestUnstemmed)
        {
            tokens.TruncateWord(PorterStemmer.Stem(tokens.PendingWord));
        }

        tokens.EndWord();
    }
}
