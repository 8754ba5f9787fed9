using System.Globalization;
using System.Text.RegularExpressions;

namespace Pipeline.TextMetrics.Facts;

/// <summary>
/// Finds the numbers of a text with their units, and identifiers. Chinese numerals count where a unit follows and more than one of the
/// thing is meant: "三台" does, "一个问题", "十分" and "万一" do not.
/// </summary>
internal static partial class Quantities
{
    // Numeral and counting word, yet no number.
    private static readonly string[] _phrases = ["十分", "万分", "四处", "三包", "八成", "三方", "一一", "五一期间", "十一期间"];

    /// <summary>In order of their place; they do not overlap.</summary>
    public static IReadOnlyList<Quantity> Find(string text)
    {
        var narrow = Width.Narrow(text);
        var found = new List<Quantity>();
        foreach (Match match in Candidate().Matches(narrow))
        {
            if (found.Count > 0 && match.Index < found[^1].End)
            {
                // A part of the unit: the 2 of 57 m2, the 万 of 1.2万.
                continue;
            }

            if (match.Groups["word"].Success)
            {
                if (match.ValueSpan.ContainsAnyInRange('0', '9'))
                {
                    found.Add(new(match.Index, match.Length, match.Length, match.Value, null, Unit.None));
                }
            }
            else if (match.Groups["from"] is { Success: true } from)
            {
                // "3-5天" is two numbers of the unit behind the second one.
                var to = Number(narrow, match.Groups["to"].Index, match.Groups["to"].Length, isPlain: true);
                found.Add(new(from.Index, from.Length, from.Length, from.Value, Parse(from.Value), to.Unit));
                found.Add(to);
            }
            else if (match.Groups["number"].Success)
            {
                if (!IsListMarker(narrow, match.Index, match.Index + match.Length))
                {
                    found.Add(Number(narrow, match.Index, match.Length, match.Groups["plain"].Length == match.Length));
                }
            }
            else if (Numerals(narrow, match) is { } numerals)
            {
                found.Add(numerals);
            }
        }

        return found;
    }

    /// <summary>A number in digits.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Index of the first digit.</param>
    /// <param name="length">Characters, without a multiplier like 万.</param>
    /// <param name="isPlain">False for times, dates, addresses and the like, which are compared as written.</param>
    private static Quantity Number(string text, int start, int length, bool isPlain)
    {
        var end = start + length;

        // Leading zeros are those of a code.
        var value = isPlain && !(length > 1 && text[start] == '0' && text[start + 1] != '.') ? Parse(text[start..end]) : null;
        while (value is < 1e18m && end < text.Length && Multiplier(text[end]) is > 0 and var factor && Unit.At(text.AsSpan(end), out _) == Unit.None)
        {
            value *= factor;
            end++;
        }

        return WithUnit(text, start, end, value);
    }

    private static Quantity? Numerals(string text, Match match)
    {
        if (match.Groups["fraction"].Success)
        {
            return new(match.Index, match.Length, match.Length, match.Value, null, Unit.None);
        }

        if (match.Groups["percent"] is { Success: true } percent)
        {
            return new(match.Index, match.Length, match.Length, match.Value, ChineseNumeral.Parse(percent.ValueSpan), Unit.Percent);
        }

        var number = WithUnit(text, match.Index, match.Index + match.Length, ChineseNumeral.Parse(match.ValueSpan));
        return number.Value is > 1 && number.Unit != Unit.None && !_phrases.Any(phrase =>
            phrase.Length >= number.Length && text.AsSpan(number.Start).StartsWith(phrase, StringComparison.Ordinal)) ? number : null;
    }

    private static Quantity WithUnit(string text, int start, int end, decimal? value)
    {
        // "300多元" and "20余户" are vague, "3 人" is written with a space.
        var from = end < text.Length && text[end] is '多' or '余' or '几' ? end + 1 : end;
        from += from + 1 < text.Length && text[from] == ' ' ? 1 : 0;
        var unit = Unit.At(text.AsSpan(from), out var length);
        return unit != Unit.None
            ? new(start, end - start, from + length - start, Plain(text, start, end), value, unit)
            : new(start, end - start, end - start, Plain(text, start, end), value, start > 0 ? Unit.Before(text[start - 1]) : Unit.None);
    }

    private static string Plain(string text, int start, int end) => text[start..end].Replace('–', '-').Replace('—', '-');

    /// <summary>"1." and "(2)" at the start of a line or clause count the items of a list and are no fact.</summary>
    private static bool IsListMarker(string text, int start, int end) => end - start <= 2 && end < text.Length
        && text[end] is '.' or '、' or ')' && !(end + 1 < text.Length && char.IsAsciiDigit(text[end + 1]))
        && (start == 0 || text[start - 1] is '\n' or ';' or '。' or ' ' or '(' or ':');

    private static decimal? Parse(string digits) =>
        decimal.TryParse(digits, NumberStyles.AllowDecimalPoint | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static decimal Multiplier(char c) => c switch { '百' => 100m, '千' => 1000m, '万' => 10_000m, '亿' => 100_000_000m, _ => 0 };

    // Every alternative begins with another kind of character and none can match the same text in two ways, so this takes linear time.
    [GeneratedRegex("""
        (?<word>[A-Za-z][A-Za-z0-9]*(?:[-_./][A-Za-z0-9]+)*|[0-9]+\*{2,}[0-9]+)
        |(?<![0-9.,:/-])(?<from>[1-9][0-9]{0,5}(?:\.[0-9]+)?)[-~–—至到](?<to>[1-9][0-9]{0,5}(?:\.[0-9]+)?)(?![0-9]*[-:/.–][0-9])
        |(?<number>(?<plain>[0-9]+(?:,[0-9]{3}(?![0-9]))*(?:\.[0-9]+)?)(?:[-:/.–][0-9]+)*)
        |百分之(?<percent>[零〇一二三四五六七八九十百千万亿两]+)
        |(?<fraction>[零〇一二三四五六七八九十百千万亿两]+分之[零〇一二三四五六七八九十百千万亿两]+)
        |[零〇一二三四五六七八九十百千万亿两]+
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Candidate();
}
