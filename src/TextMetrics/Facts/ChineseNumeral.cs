namespace Pipeline.TextMetrics.Facts;

/// <summary>Values of Chinese numerals: 一百二十三, 两千, 三万五, 二〇二四.</summary>
internal static class ChineseNumeral
{
    private const string Digits = "零一二三四五六七八九";

    // Longer ones are enumerations.
    private const int MaxLength = 16;

    // 亿亿; what is larger is a slip of the pen.
    private const decimal MaxValue = 1e16m;

    /// <summary>The value; null for what is no single number, such as 七八 (seven or eight).</summary>
    public static decimal? Parse(ReadOnlySpan<char> numeral)
    {
        if (numeral.Length is 0 or > MaxLength)
        {
            return null;
        }

        return numeral.Length > 1 && !numeral.ContainsAny("十百千万亿") ? ParseDigits(numeral) : ParsePlaces(numeral);
    }

    private static decimal? ParseDigits(ReadOnlySpan<char> numeral)
    {
        if (numeral.Length == 2 && Digit(numeral[1]) == Digit(numeral[0]) + 1)
        {
            return null;
        }

        var value = 0m;
        foreach (var c in numeral)
        {
            value = (value * 10) + Digit(c);
        }

        return value;
    }

    private static decimal? ParsePlaces(ReadOnlySpan<char> numeral)
    {
        // total: what 万 and 亿 have closed; section: what is read of the part below; place: value of the place behind the last one.
        var (total, section, digit, place) = (0m, 0m, -1, 1m);
        foreach (var c in numeral)
        {
            if (Digit(c) is >= 0 and var next)
            {
                if (digit > 0)
                {
                    return null;
                }

                (digit, place) = (next, next == 0 ? 1m : place);
            }
            else if (c is '万' or '亿')
            {
                section += Math.Max(digit, 0);
                var factor = c == '万' ? 10_000m : 100_000_000m;
                total = c == '万' ? total + (section * factor) : (total + section) * factor;
                (section, digit, place) = (0m, -1, factor / 10);
                if (total > MaxValue)
                {
                    return null;
                }
            }
            else
            {
                var factor = c switch { '千' => 1000m, '百' => 100m, _ => 10m };
                section += (digit < 0 ? 1 : digit) * factor;
                (digit, place) = (-1, factor / 10);
            }
        }

        // 三万五 is 35,000 and 一百二 is 120; 一百零二 is 102.
        return total + section + (Math.Max(digit, 0) * place);
    }

    private static int Digit(char c) => c switch { '两' => 2, '〇' => 0, _ => Digits.IndexOf(c) };
}
