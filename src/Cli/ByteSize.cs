using System.Globalization;

namespace Pipeline.Cli;

/// <summary>Sizes on the command line: a whole number and <c>MB</c> or <c>GB</c>, in powers of 1024 as PostgreSQL takes them.</summary>
internal static class ByteSize
{
    private const long Mebi = 1024 * 1024;

    /// <summary>Reads a size such as <c>512MB</c>.</summary>
    /// <exception cref="UsageException">It is none; the message shows the form.</exception>
    public static long Parse(string option, string text)
    {
        const int MaxGibi = 2047;
        if (text.Length > 2 && int.TryParse(text.AsSpan(0, text.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0)
        {
            var size = text[^2..] switch
            {
                "MB" => count * Mebi,
                "GB" => count * 1024L * Mebi,
                _ => long.MaxValue,
            };
            if (size <= MaxGibi * 1024L * Mebi)
            {
                return size;
            }
        }

        throw new UsageException(Say(
            $"{option} takes a whole number with MB or GB (up to {MaxGibi}GB), such as 512MB, not '{text}'.",
            $"{option} 需要整数加 MB 或 GB（至多 {MaxGibi}GB），例如 512MB，不能是 '{text}'。"));
    }

    /// <summary>Writes a size for people.</summary>
    public static string Format(long bytes) => bytes switch
    {
        >= 1024 * Mebi => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * Mebi):0.0} GB"),
        >= Mebi => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)Mebi:0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0} kB"),
    };
}
