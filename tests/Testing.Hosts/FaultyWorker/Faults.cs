using System.Globalization;
using System.Text.RegularExpressions;

namespace Pipeline.FaultyWorker;

/// <summary>
/// What a text can ask for: <c>[[slow:200]]</c>, <c>[[until:FILE]]</c> (exists), <c>[[throw]]</c>, <c>[[crash]]</c>, <c>[[hang]]</c>,
/// <c>[[bad]]</c>.
/// </summary>
internal static partial class Faults
{
    /// <summary>A result that must not be stored is asked for.</summary>
    public static bool IsBad(string text) => text.Contains("[[bad]]", StringComparison.Ordinal);

    /// <summary>Does to the process what the text asks for.</summary>
    public static async Task HappenAsync(string text, CancellationToken cancellationToken)
    {
        if (Slow().Match(text) is { Success: true } slow)
        {
            // Like real inference, it ends what it has begun.
            await Task.Delay(int.Parse(slow.Groups[1].Value, CultureInfo.InvariantCulture), CancellationToken.None);
        }

        if (Until().Match(text) is { Success: true } until)
        {
            while (!File.Exists(until.Groups[1].Value))
            {
                await Task.Delay(50, cancellationToken);
            }
        }

        if (text.Contains("[[throw]]", StringComparison.Ordinal))
        {
            throw new InvalidOperationException("The text asked for it.");
        }

        if (text.Contains("[[crash]]", StringComparison.Ordinal))
        {
            Environment.FailFast("The text asked for it.");
        }

        if (text.Contains("[[hang]]", StringComparison.Ordinal))
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }
    }

    [GeneratedRegex(@"\[\[slow:(\d+)\]\]")]
    private static partial Regex Slow();

    [GeneratedRegex(@"\[\[until:([^\]]+)\]\]")]
    private static partial Regex Until();
}
