using System.Globalization;

namespace Pipeline.Inference.Tokenization.Splitting;

/// <summary>Words between white space; each punctuation mark is a piece of its own.</summary>
internal sealed class BertPreTokenizer : IPreTokenizer
{
    public void Split(Pieces source, Pieces target)
    {
        target.Reset(source.Text);
        var text = source.Text.Units;
        foreach (var range in source.Ranges)
        {
            var start = range.Start;
            for (var i = range.Start; i < range.End;)
            {
                var point = CodePoint.At(text, i, out var length);
                if (char.IsWhiteSpace(text[i]))
                {
                    target.Add(start, i);
                    start = i + length;
                }
                else if (IsPunctuation(point))
                {
                    target.Add(start, i);
                    target.Add(i, i + length);
                    start = i + length;
                }

                i += length;
            }

            target.Add(start, range.End);
        }
    }

    /// <summary>Unicode's punctuation, and all of ASCII's symbols.</summary>
    private static bool IsPunctuation(int point) => point < 0x80
        ? point is > ' ' and < 0x7F && !char.IsAsciiLetterOrDigit((char)point)
        : CharUnicodeInfo.GetUnicodeCategory(point) is >= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherPunctuation;
}
