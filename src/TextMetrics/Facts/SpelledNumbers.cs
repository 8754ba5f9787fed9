using System.Text.RegularExpressions;

namespace Pipeline.TextMetrics.Facts;

/// <summary>Numbers in words, whatever stands behind them: 付了三百六, six scanners.</summary>
internal static partial class SpelledNumbers
{
    private static readonly string[] _english =
        ["a", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

    public static HashSet<decimal> ValuesOf(string text)
    {
        var values = new HashSet<decimal>();
        foreach (Match match in Word().Matches(text))
        {
            if (char.IsAsciiLetter(match.ValueSpan[0]))
            {
                values.Add(Math.Max(1, Array.IndexOf(_english, match.Value.ToLowerInvariant())));
            }
            else if (ChineseNumeral.Parse(match.ValueSpan) is { } value)
            {
                values.Add(value);
            }
        }

        return values;
    }

    [GeneratedRegex(@"[零〇一二三四五六七八九十百千万亿两]+|\b(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
