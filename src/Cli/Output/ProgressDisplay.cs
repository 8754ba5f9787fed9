using Pipeline.Storage.Rows;
using Spectre.Console;

namespace Pipeline.Cli.Output;

/// <summary>Progress on standard error: one live line on a terminal, plain lines now and then otherwise.</summary>
internal sealed class ProgressDisplay(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan s_plainInterval = TimeSpan.FromSeconds(5);
    private static readonly IAnsiConsole s_error = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
    private readonly bool _live = !Console.IsErrorRedirected;
    private long? _lastPlain;
    private bool _open;

    /// <summary>A console that writes to standard error.</summary>
    public static IAnsiConsole ErrorConsole => s_error;

    /// <summary>Shows a line in place of the last one.</summary>
    /// <param name="line">What to show.</param>
    /// <param name="final">True for the last one, which stays.</param>
    public void Show(string line, bool final = false)
    {
        if (_live)
        {
            var width = Math.Max(20, Console.BufferWidth - 1);
            Console.Error.Write("\r" + (line.Length > width ? line[..width] : line).PadRight(width));
            _open = true;
            if (final)
            {
                Dispose();
            }
        }
        else if (final || _lastPlain is null || time.GetElapsedTime(_lastPlain.Value) >= s_plainInterval)
        {
            _lastPlain = time.GetTimestamp();
            Console.Error.WriteLine(line);
        }
    }

    /// <summary>A bar with counts, rate and estimated time of arrival.</summary>
    public static string Bar(IReadOnlyList<BatchProgressRow> rows, double documentsPerSecond)
    {
        // Each document has four steps per recipe; the bar moves with all of them, so that it does not rest at 0 or at 99.
        var steps = rows.Sum(row => 4 * row.Accepted);
        var ended = rows.Sum(row => row.Rejected + row.Quarantined);
        var taken = Math.Min(steps, rows.Sum(row => row.Embedded + row.Summarized + row.SummariesEmbedded + row.Scored) + (4 * ended));
        var share = steps == 0 ? 1 : (double)taken / steps;
        var filled = (int)(share * 24);
        var eta = documentsPerSecond > 0 && share < 1
            ? $", about {Duration(TimeSpan.FromSeconds((steps - taken) / 4.0 / documentsPerSecond))} left"
            : "";
        var done = rows.Sum(row => row.Done);
        var failed = ended > 0 ? $", {ended:N0} failed" : "";
        return $"[{new string('#', filled)}{new string('.', 24 - filled)}] {Math.Floor(share * 100),3:0} %  {done:N0} of {rows.Sum(row => row.Accepted):N0} summaries done"
            + $"{failed}  {documentsPerSecond:N0} documents/s{eta}";
    }

    /// <summary>Hours, minutes and seconds; the hours go beyond 24.</summary>
    public static string Duration(TimeSpan time) => $"{(long)time.TotalHours:00}:{time.Minutes:00}:{time.Seconds:00}";

    /// <inheritdoc />
    public void Dispose()
    {
        if (_open)
        {
            Console.Error.WriteLine();
            _open = false;
        }
    }
}
