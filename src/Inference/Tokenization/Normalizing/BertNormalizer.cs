using System.Globalization;
using System.Text;
using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.Inference.Tokenization.Normalizing;

/// <summary>
/// BERT's basic cleaning, in this order: control characters go and white space becomes a space, ideographs get spaces around them, accents
/// go (canonical decomposition without its non-spacing marks), letters become small. One character at a time: marks that survive are not
/// brought into canonical order, which would matter only for two spacing marks of different classes in a row.
/// </summary>
internal sealed class BertNormalizer(bool cleanText, bool spaceIdeographs, bool stripAccents, bool lowercase) : INormalizer
{
    public void Normalize(AlignedText source, AlignedText target)
    {
        var text = source.Units;
        for (var i = 0; i < text.Length;)
        {
            var point = CodePoint.At(text, i, out var length);
            var origin = source.Source(i, i + length);
            i += length;
            if (cleanText && IsRemoved(point))
            {
                continue;
            }

            point = cleanText && Rune.IsWhiteSpace(new Rune(point)) ? ' ' : point;
            if (spaceIdeographs && IsIdeograph(point))
            {
                target.Append(' ', origin);
                AppendLetters(point, origin, target);
                target.Append(' ', origin);
            }
            else
            {
                AppendLetters(point, origin, target);
            }
        }
    }

    private void AppendLetters(int point, TextSpan origin, AlignedText target)
    {
        if (!stripAccents)
        {
            AppendLetter(point, origin, target);
            return;
        }

        Span<int> parts = stackalloc int[CanonicalForm.LongestDecomposition];
        foreach (var part in parts[..CanonicalForm.Decompose(point, parts)])
        {
            if (CharUnicodeInfo.GetUnicodeCategory(part) != UnicodeCategory.NonSpacingMark)
            {
                AppendLetter(part, origin, target);
            }
        }
    }

    private void AppendLetter(int point, TextSpan origin, AlignedText target)
    {
        if (lowercase && point == 'İ')
        {
            // The only letter whose small form has two code points.
            target.Append("i\u0307", origin);
            return;
        }

        var letter = lowercase ? Rune.ToLowerInvariant(new Rune(point)) : new Rune(point);
        if (letter.IsBmp)
        {
            target.Append((char)letter.Value, origin);
            return;
        }

        Span<char> pair = stackalloc char[2];
        letter.EncodeToUtf16(pair);
        target.Append(pair, origin);
    }

    // Form feed and its like go, though they are white space.
    private static bool IsRemoved(int point) => point is not ('\t' or '\n' or '\r') && (point == 0xFFFD
        || CharUnicodeInfo.GetUnicodeCategory(point) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse);

    // The gap before U+2B920 is in the reference, which lets the first 256 ideographs of extension E stand in words.
    private static bool IsIdeograph(int point) => point >= 0x3400 && point
        is <= 0x4DBF or >= 0x4E00 and <= 0x9FFF or >= 0xF900 and <= 0xFAFF or >= 0x20000 and <= 0x2A6DF or >= 0x2A700 and <= 0x2B73F
        or >= 0x2B740 and <= 0x2B81F or >= 0x2B920 and <= 0x2CEAF or >= 0x2F800 and <= 0x2FA1F;
}
