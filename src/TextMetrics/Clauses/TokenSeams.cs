namespace Pipeline.TextMetrics.Clauses;

/// <summary>Marks the places inside words, numbers with their units, identifiers, addresses and composed characters.</summary>
internal static class TokenSeams
{
    private const string Connectors = ".-_/@+&'’\\=";
    private const int MaxUnitLetters = 4;

    /// <summary>Sets <c>glued[i]</c> where a cut between characters i-1 and i would split something.</summary>
    public static void Mark(ReadOnlySpan<char> text, Span<bool> glued)
    {
        for (var at = 0; at < text.Length;)
        {
            var start = at;
            var codePoint = Script.CodePointAt(text, at, out var step);
            if (Script.IsWord(codePoint))
            {
                at = EndOfWord(text, at);
                var endsInDigit = char.IsAsciiDigit(text[at - 1]);
                if (char.IsAsciiDigit(text[start]) || endsInDigit)
                {
                    glued[start] |= start > 0 && NumberWords.IsPrefix(text[start - 1]);
                    at = endsInDigit ? EndOfUnits(text, at) : at;
                }
            }
            else if (step == 1 && NumberWords.IsNumeral(text[at]))
            {
                at = EndOfNumeral(text, at);
                glued[start] |= start > 0 && text[start - 1] == '第';
            }
            else
            {
                at += step;
            }

            while (at < text.Length && IsJoined(text, at, out var mark))
            {
                at += mark;
            }

            Glue(glued, start, at);
        }
    }

    private static void Glue(Span<bool> glued, int start, int end)
    {
        if (end - start > 1)
        {
            glued[(start + 1)..end].Fill(true);
        }
    }

    private static bool IsJoined(ReadOnlySpan<char> text, int at, out int length)
    {
        var codePoint = Script.CodePointAt(text, at, out length);
        return Script.IsMark(codePoint) || codePoint is >= 0x1F3FB and <= 0x1F3FF || text[at - 1] == '\u200D';
    }

    private static int EndOfWord(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length)
        {
            var codePoint = Script.CodePointAt(text, at, out var step);
            if (!Script.IsWord(codePoint) && !Script.IsMark(codePoint))
            {
                if (text[at..].StartsWith("://", StringComparison.Ordinal))
                {
                    return EndOfAddress(text, at);
                }

                if (!IsConnector(text, at))
                {
                    break;
                }
            }

            at += step;
        }

        return at;
    }

    private static bool IsConnector(ReadOnlySpan<char> text, int at)
    {
        if (at + 1 >= text.Length || !Script.IsWord(Script.CodePointAt(text, at + 1, out _)))
        {
            return false;
        }

        return Connectors.Contains(text[at])
            || (char.IsAsciiDigit(text[at - 1]) && char.IsAsciiDigit(text[at + 1]) && (text[at] == ',' || NumberWords.IsJoint(text[at])));
    }

    private static int EndOfAddress(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && text[at] is > ' ' and < '\x7f' and not ('"' or '<' or '>' or ')'))
        {
            at++;
        }

        return at;
    }

    /// <summary>Units, and what continues a date, a time or a range: 2024年3月5日, 3～5个工作日, 20 nm.</summary>
    private static int EndOfUnits(ReadOnlySpan<char> text, int at)
    {
        while (true)
        {
            while (at < text.Length && (NumberWords.IsSuffix(text[at]) || IsSpacedSuffix(text, at)))
            {
                at++;
            }

            var letters = EndOfLetters(text, at < text.Length && text[at] == ' ' ? at + 1 : at);
            if (letters > at)
            {
                return letters;
            }

            at += UnitLength(text[at..]);
            var joint = at < text.Length && NumberWords.IsJoint(text[at]);
            var next = joint ? at + 1 : at;
            if ((!joint && !NumberWords.IsDateUnit(text[at - 1])) || next >= text.Length || !char.IsAsciiDigit(text[next]))
            {
                return at;
            }

            at = EndOfWord(text, next);
        }
    }

    private static bool IsSpacedSuffix(ReadOnlySpan<char> text, int at) =>
        text[at] == ' ' && at + 1 < text.Length && NumberWords.IsSuffix(text[at + 1]) && text[at + 1] != '+';

    // "10 个" is written with and without the space.
    private static int UnitLength(ReadOnlySpan<char> rest)
    {
        var spaces = rest.Length > 1 && rest[0] == ' ' ? 1 : 0;
        var length = NumberWords.UnitLength(rest[spaces..]);
        return length == 0 ? 0 : length + spaces;
    }

    private static int EndOfLetters(ReadOnlySpan<char> text, int start)
    {
        var end = start;
        while (end < text.Length && (char.IsAsciiLetter(text[end]) || text[end] is 'μ' or 'Ω' or '²' or '³' or '/'))
        {
            end++;
        }

        return end - start is > 0 and <= MaxUnitLetters ? end : -1;
    }

    private static int EndOfNumeral(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && NumberWords.IsNumeral(text[at]))
        {
            at++;
            if (text[at..].StartsWith("分之", StringComparison.Ordinal) && at + 2 < text.Length && NumberWords.IsNumeral(text[at + 2]))
            {
                at += 2;
            }
        }

        return at + NumberWords.UnitLength(text[at..]);
    }
}
