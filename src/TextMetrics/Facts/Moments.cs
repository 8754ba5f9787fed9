using System.Globalization;
using System.Text.RegularExpressions;

namespace Pipeline.TextMetrics.Facts;

/// <summary>Finds dates and times of day: 2024-03-05, 三月五号, 19日, 22:40, 下午4点半, 2 pm.</summary>
internal static partial class Moments
{
    private const int NoonHour = 12;

    /// <summary>In order of their place; they do not overlap.</summary>
    /// <param name="text">The text in half width, see <see cref="Width.Narrow"/>.</param>
    public static IReadOnlyList<Moment> Find(string text)
    {
        var found = new List<Moment>();
        foreach (Match match in Candidate().Matches(text))
        {
            if ((match.Groups["hour"].Success ? Time(match) : Date(match)) is { } moment)
            {
                found.Add(moment);
            }
        }

        return found;
    }

    private static Moment? Date(Match match)
    {
        var (year, month, day) = (Value(match.Groups["year"]), Value(match.Groups["month"]), Value(match.Groups["day"]));
        return month is < 1 or > 12 || day is < 1 or > 31
            ? null
            : new(match.Index, match.Length, year, month, day, null, null, IsHalfKnown: true);
    }

    private static Moment? Time(Match match)
    {
        var minute = match.Groups["half"].Success ? 30 : Value(match.Groups["minute"]);
        if (Value(match.Groups["hour"]) is not (>= 0 and <= 24 and var hour) || minute is > 59)
        {
            return null;
        }

        var (part, isKnown) = (match.Groups["part"].Value, hour > NoonHour || match.Groups["hour"].ValueSpan.StartsWith('0'));
        if (part.Length > 0)
        {
            (hour, isKnown) = (Of24(hour, part), true);
        }

        return new(match.Index, match.Length, null, null, null, hour % 24, minute, isKnown);
    }

    /// <summary>下午4 is 16, 夜里十 is 22 and 夜里两 is 2, 晚上12 is 0.</summary>
    private static int Of24(int hour, string part)
    {
        var isLate = part is "下午" or "午后" or "傍晚" or "晚上" or "晚" or "pm" or "PM" or "p.m.";
        var isNight = part is "夜里" or "夜间" or "半夜" or "夜" or "深夜";
        return part switch
        {
            "中午" => hour < 6 ? hour + NoonHour : hour,
            _ when hour == NoonHour => part is "下午" or "午后" or "pm" or "PM" or "p.m." ? NoonHour : part is "上午" ? NoonHour : 0,
            _ when hour > NoonHour => hour,
            _ when isLate || (isNight && hour > 5) => hour + NoonHour,
            _ => hour,
        };
    }

    private static int? Value(Group group)
    {
        if (!group.Success)
        {
            return null;
        }

        return int.TryParse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : ChineseNumeral.Parse(group.ValueSpan) is { } numeral ? (int)Math.Min(numeral, 9999) : null;
    }

    // A colon behind a letter or digit belongs to what goes on; elsewhere it introduces a moment: "时间：6月5日". But "进度：3/5" is no date.
    // A numeral before 点 is an hour where something else says so: "两点建议" and "一点办法" are none.
    [GeneratedRegex("""
        (?<![A-Za-z0-9._/-]|[A-Za-z0-9:]:)(?<year>[0-9]{4})[-/.](?<month>[0-9]{1,2})[-/.](?<day>[0-9]{1,2})(?![0-9]|[-./:][0-9])
        |(?<![A-Za-z0-9./-]|[A-Za-z0-9:]:)(?:(?<year>[0-9]{2,4}|[〇零一二三四五六七八九]{4})年)?(?<month>[0-9]{1,2}|[一二三四五六七八九十]{1,2})月(?:份|(?<day>[0-9]{1,2}|[一二三四五六七八九十]{1,3})[日号]?(?![0-9.]*[%台个件人元]))?
        |(?<![A-Za-z0-9./-]|[A-Za-z0-9:]:)(?<day>[0-9]{1,2}|[一二三四五六七八九十]{1,3})日(?![常均报用子程期])
        |(?<![A-Za-z0-9._/:-])(?<month>0?[1-9]|1[0-2])/(?<day>[0-2]?[0-9]|3[01])(?![0-9]|[-./:%][0-9]|\s?[A-Za-z])
        |(?<part>凌晨|清晨|早上|早|上午|中午|下午|午后|傍晚|晚上|晚|夜里|夜间|深夜|半夜|夜)?\ ?(?<![A-Za-z0-9._/]|[A-Za-z0-9:]:)(?<hour>[0-9]{1,2})(?::(?<minute>[0-5][0-9])(?::[0-5][0-9])?(?![0-9:])|[点时](?!建议|意见|要求|诉求|问题|需求)(?:(?<half>半)|(?<minute>[0-5]?[0-9])分?(?![0-9]))?)
        |(?<part>凌晨|清晨|早上|早|上午|中午|下午|午后|傍晚|晚上|晚|夜里|夜间|深夜|半夜|夜)(?<hour>十[一二]?|[一二两三四五六七八九])[点时](?<half>半)?
        |(?<hour>十[一二]?|[二两三四五六七八九])点(?=半|钟|多|整|左右|前|后|起|来|到)(?<half>半)?
        |(?<![A-Za-z0-9._/-]|[A-Za-z0-9:]:)(?<hour>[0-9]{1,2})\s?(?<part>am|pm|AM|PM|a\.m\.|p\.m\.)(?![A-Za-z])
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Candidate();
}
