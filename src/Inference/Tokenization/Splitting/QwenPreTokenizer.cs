using System.Globalization;

namespace Pipeline.Inference.Tokenization.Splitting;

/// <summary>
/// Qwen2's pattern, alternative by alternative, over code points: a .NET expression would see the two halves of letters outside the BMP.
/// Every character falls into a piece.
/// </summary>
internal sealed class QwenPreTokenizer : IPreTokenizer
{
    public const string Pattern = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
        + "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

    // U+017F is an s to a pattern without case.
    private static readonly string[] Endings = ["s", "ſ", "t", "re", "ve", "m", "ll", "d"];

    private enum Kind
    {
        Letter,
        Number,
        LineEnd,
        Space,
        Other,
    }

    public void Split(Pieces source, Pieces target)
    {
        target.Reset(source.Text);
        foreach (var range in source.Ranges)
        {
            // Patterns look ahead, but not beyond their piece.
            var text = source.Text.Units[..range.End];
            for (var start = range.Start; start < range.End;)
            {
                var end = PieceEnd(text, start);
                target.Add(start, end);
                start = end;
            }
        }
    }

    private static int PieceEnd(ReadOnlySpan<char> text, int start)
    {
        if (text[start] == '\'' && Contraction(text[(start + 1)..]) is > 0 and var suffix)
        {
            return start + 1 + suffix;
        }

        var kind = KindAt(text, start, out var length);
        var next = start + length;
        switch (kind)
        {
            case Kind.Letter:
                return RunEnd(text, next, Kind.Letter);
            case Kind.Number:
                return next;
            case Kind.Space or Kind.Other when next < text.Length && KindAt(text, next, out _) == Kind.Letter:
                return RunEnd(text, next, Kind.Letter);
            case Kind.Other:
                return RunEnd(text, RunEnd(text, next, Kind.Other), Kind.LineEnd);
            case Kind.Space when text[start] == ' ' && next < text.Length && KindAt(text, next, out _) == Kind.Other:
                return RunEnd(text, RunEnd(text, next, Kind.Other), Kind.LineEnd);
            default:
                return WhiteSpaceEnd(text, start);
        }
    }

    /// <summary>White space up to its last line end; without one, all of it but the last character before something else.</summary>
    private static int WhiteSpaceEnd(ReadOnlySpan<char> text, int start)
    {
        var end = start;
        var lineEnd = -1;
        for (; end < text.Length && char.IsWhiteSpace(text[end]); end++)
        {
            lineEnd = text[end] is '\r' or '\n' ? end : lineEnd;
        }

        return lineEnd >= 0 ? lineEnd + 1 : end < text.Length && end > start + 1 ? end - 1 : end;
    }

    private static int RunEnd(ReadOnlySpan<char> text, int start, Kind kind)
    {
        while (start < text.Length && KindAt(text, start, out var length) == kind)
        {
            start += length;
        }

        return start;
    }

    /// <summary>Length of what follows an apostrophe in the pattern's first alternative, or 0.</summary>
    private static int Contraction(ReadOnlySpan<char> text)
    {
        foreach (var ending in Endings)
        {
            if (text.StartsWith(ending, StringComparison.OrdinalIgnoreCase))
            {
                return ending.Length;
            }
        }

        return 0;
    }

    private static Kind KindAt(ReadOnlySpan<char> text, int index, out int length)
    {
        var point = CodePoint.At(text, index, out length);
        if (point is >= 0x4E00 and < 0xA000)
        {
            return Kind.Letter;
        }

        switch (CharUnicodeInfo.GetUnicodeCategory(point))
        {
            case <= UnicodeCategory.OtherLetter:
                return Kind.Letter;
            case UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber:
                return Kind.Number;
            default:
                return point is '\r' or '\n' ? Kind.LineEnd : point <= char.MaxValue && char.IsWhiteSpace((char)point) ? Kind.Space : Kind.Other;
        }
    }
}
