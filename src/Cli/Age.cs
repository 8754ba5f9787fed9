using System.Globalization;

namespace Pipeline.Cli;

/// <summary>Ages on the command line: a whole number and <c>h</c>, <c>d</c> or <c>w</c>.</summary>
internal static class Age
{
    /// <summary>Reads an age such as <c>30d</c>.</summary>
    /// <exception cref="UsageException">It is none; the message shows the form.</exception>
    public static TimeSpan Parse(string option, string text)
    {
        const int MaxDays = 36_500;
        if (text.Length > 1 && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            var age = text[^1] switch
            {
                'h' => TimeSpan.FromHours(count),
                'd' when count <= MaxDays => TimeSpan.FromDays(count),
                'w' when count <= MaxDays / 7 => TimeSpan.FromDays(7 * count),
                _ => TimeSpan.MaxValue,
            };
            if (age <= TimeSpan.FromDays(MaxDays))
            {
                return age;
            }
        }

        throw new UsageException(Say(
            $"{option} takes a whole number with h, d or w (hours, days, weeks; up to {MaxDays} days), such as 30d, not '{text}'.",
            $"{option} 需要整数加 h、d 或 w（小时、天、周；至多 {MaxDays} 天），例如 30d，不能是 '{text}'。"));
    }
}
