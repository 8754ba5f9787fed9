using System.Globalization;
using System.Text;

namespace Pipeline.TextMetrics.Clauses;

/// <summary>The few classes of characters that the lexical engines tell apart.</summary>
internal static class Script
{
    /// <summary>Scripts written without spaces: Han, kana, and Hangul, whose syllables behave alike for n-grams.</summary>
    public static bool IsUnspaced(int codePoint) => codePoint >= 0x2E80 && codePoint switch
    {
        0x3005 or 0x3007 => true,
        >= 0x2E80 and <= 0x2FDF => true,
        >= 0x3041 and <= 0x30FF => codePoint is not (0x3099 or 0x309A or 0x309B or 0x309C or 0x30A0 or 0x30FB),
        >= 0x3105 and <= 0x318E => true,
        >= 0x31F0 and <= 0x31FF => true,
        >= 0x3400 and <= 0x4DBF => true,
        >= 0x4E00 and <= 0x9FFF => true,
        >= 0xAC00 and <= 0xD7A3 => true,
        >= 0xF900 and <= 0xFAFF => true,
        >= 0x20000 and <= 0x323AF => true,
        _ => false,
    };

    /// <summary>A letter or digit of a script that separates its words.</summary>
    public static bool IsWord(int codePoint) => codePoint < 0x80
        ? char.IsAsciiLetterOrDigit((char)codePoint)
        : !IsUnspaced(codePoint) && Rune.IsValid(codePoint) && Rune.IsLetterOrDigit(new Rune(codePoint));

    /// <summary>A mark that belongs to the character before it: accents, vowel signs, variation selectors, joiners.</summary>
    public static bool IsMark(int codePoint) => codePoint >= 0x300 && (codePoint is 0x200D
        || (Rune.IsValid(codePoint) && Rune.GetUnicodeCategory(new Rune(codePoint))
            is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark));

    /// <summary>Code point at <paramref name="index"/>; a lone surrogate is returned as it is.</summary>
    public static int CodePointAt(ReadOnlySpan<char> text, int index, out int length)
    {
        var first = text[index];
        if (char.IsHighSurrogate(first) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]))
        {
            length = 2;
            return char.ConvertToUtf32(first, text[index + 1]);
        }

        length = 1;
        return first;
    }

    /// <summary>Number of code points.</summary>
    public static int Length(ReadOnlySpan<char> text)
    {
        var count = text.Length;
        for (var i = 1; i < text.Length; i++)
        {
            if (char.IsLowSurrogate(text[i]) && char.IsHighSurrogate(text[i - 1]))
            {
                count--;
            }
        }

        return count;
    }
}
