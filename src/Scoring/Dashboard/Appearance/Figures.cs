using System.Globalization;

namespace Pipeline.Scoring.Dashboard.Appearance;

/// <summary>Numbers and times as pages write them: the same in both languages.</summary>
internal static class Figures
{
    /// <summary>A count, with thousands separated.</summary>
    public static string Count(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A rate: one decimal place below ten.</summary>
    public static string Rate(double value) => value.ToString(value is > 0 and < 10 ? "N1" : "N0", CultureInfo.InvariantCulture);

    /// <summary>A share or a similarity with two decimal places, or a dash.</summary>
    public static string Ratio(double? value) => value?.ToString("0.00", CultureInfo.InvariantCulture) ?? "–";

    /// <summary>A figure with at most four decimal places, or a dash.</summary>
    public static string Small(double? value) => value?.ToString("0.####", CultureInfo.InvariantCulture) ?? "–";

    /// <summary>A difference with its sign and four decimal places, or a dash.</summary>
    public static string Change(double? value) => value?.ToString("+0.0000;-0.0000;0.0000", CultureInfo.InvariantCulture) ?? "–";

    /// <summary>A ROUGE F as it is printed in papers, times 100, or a dash.</summary>
    public static string Rouge(double? value) => value is { } known ? (100 * known).ToString("0.0", CultureInfo.InvariantCulture) : "–";

    /// <summary>A moment, in UTC.</summary>
    public static string Moment(DateTimeOffset value) => value.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A moment in the zone that it comes with.</summary>
    public static string Local(DateTimeOffset value) => value.ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture);

    /// <summary>Hours, minutes and seconds; the hours go beyond 24.</summary>
    public static string Duration(TimeSpan value) => string.Create(CultureInfo.InvariantCulture, $"{(long)value.TotalHours:00}:{value.Minutes:00}:{value.Seconds:00}");
}
