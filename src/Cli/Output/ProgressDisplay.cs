using System.Globalization;
using Pipeline.Storage.Reports;
using Pipeline.Storage.Rows;
using Spectre.Console;

namespace Pipeline.Cli.Output;

/// <summary>Progress on standard error: one live line on a terminal, plain lines now and then otherwise.</summary>
internal sealed class ProgressDisplay(TimeProvider time) : IDisposable
{
    private const int GaugeWidth = 24;
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
    /// <param name="progress">What the bar shows.</param>
    /// <param name="rows">What is counted beside it.</param>
    /// <param name="documentsPerSecond">Documents with all their steps.</param>
    public static string Bar(BatchProgress progress, IReadOnlyList<BatchProgressRow> rows, double documentsPerSecond)
    {
        var left = progress.Steps - progress.Settled;
        var eta = documentsPerSecond > 0 && left > 0 && progress.Percent is not null
            ? Say(
                $", about {Duration(TimeSpan.FromSeconds(left / 4.0 / documentsPerSecond))} left",
                $"，约剩 {Duration(TimeSpan.FromSeconds(left / 4.0 / documentsPerSecond))}")
            : "";
        var failed = rows.Sum(row => row.Rejected + row.Quarantined);
        var cancelled = rows.Sum(row => row.Cancelled);
        return Say(
            $"{Gauge(progress)}  {rows.Sum(row => row.Done):N0} of {rows.Sum(row => row.Accepted):N0} summaries done",
            $"{Gauge(progress)}  摘要完成 {rows.Sum(row => row.Done):N0}/{rows.Sum(row => row.Accepted):N0}")
            + (failed > 0 ? Say($", {failed:N0} failed", $"，失败 {failed:N0}") : "") + (cancelled > 0 ? Say($", {cancelled:N0} cancelled", $"，取消 {cancelled:N0}") : "")
            + (documentsPerSecond > 0 ? Say($"  {Rate(documentsPerSecond)} documents/s{eta}", $"  {Rate(documentsPerSecond)} 文档/秒{eta}") : "");
    }

    /// <summary>The bar alone, with its percentage.</summary>
    public static string Gauge(BatchProgress progress) => progress.Percent is { } percent
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"[{new string('#', percent * GaugeWidth / 100)}{new string('.', GaugeWidth - (percent * GaugeWidth / 100))}] {percent,3} %")
        : $"[{"loading".PadRight(GaugeWidth, '.')}]      ";

    private static string Rate(double perSecond) => perSecond.ToString(perSecond < 9.95 ? "0.0" : "N0", CultureInfo.InvariantCulture);

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
