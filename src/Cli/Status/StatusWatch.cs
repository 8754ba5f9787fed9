using System.Globalization;
using System.Text.Json;
using Pipeline.Cli.Output;
using Pipeline.Storage.Reports;
using Pipeline.Storage.Rows;
using Spectre.Console;

namespace Pipeline.Cli.Status;

/// <summary>Shows the status again and again: tables that are redrawn on a terminal, plain lines otherwise.</summary>
internal sealed class StatusWatch(Func<CancellationToken, Task<StatusSnapshot>> read, Action<string> print, TimeSpan interval, TimeProvider time)
{
    // Counting is exact and therefore not free: at most a fifth of the time is spent on it.
    private const int CountingShare = 5;

    /// <summary>Runs until it is cancelled, or until <paramref name="isOver"/>.</summary>
    public async Task RunAsync(StatusFormat format, Func<StatusSnapshot, bool> isOver, CancellationToken cancellationToken)
    {
        try
        {
            if (format == StatusFormat.Live)
            {
                await AnsiConsole.Live(new Text("")).AutoClear(false).StartAsync(live =>
                    LoopAsync(status => live.UpdateTarget(StatusTables.All(status)), isOver, cancellationToken));
            }
            else
            {
                await LoopAsync(status => Print(status, format), isOver, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl+C is how one stops watching.
        }
    }

    /// <summary>One line for the work, and one for each batch and recipe.</summary>
    public static IEnumerable<string> Lines(StatusSnapshot status, DateTimeOffset now)
    {
        var stamp = now.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        var work = status.Queues.Select(queue => string.Create(
            CultureInfo.InvariantCulture, $"{queue.Stage} {queue.Pending} pending {queue.Running} running {status.Rate(queue.Stage):0} texts/s"));
        var eta = status.Eta is { } left ? Say($"; about {ProgressDisplay.Duration(left)} left", $"；约剩 {ProgressDisplay.Duration(left)}") : "";
        yield return $"{stamp} {string.Join("; ", work)}; {status.Workers.Count} workers{eta}";
        foreach (var row in status.Batches)
        {
            yield return $"{stamp} batch {row.BatchId} '{row.Batch}' {row.Recipe} {ProgressDisplay.Gauge(BatchProgress.Of([row]))} {Counts(row)}";
        }
    }

    private static string Counts(BatchProgressRow row) => string.Create(
        CultureInfo.InvariantCulture,
        $"accepted {row.Accepted} pending {row.Pending} running {row.Running} done {row.Done} rejected {row.Rejected + row.RejectedLines} "
            + $"quarantined {row.Quarantined} cancelled {row.Cancelled} scored {row.Scored}");

    private async Task LoopAsync(Action<StatusSnapshot> show, Func<StatusSnapshot, bool> isOver, CancellationToken cancellationToken)
    {
        while (true)
        {
            var started = time.GetTimestamp();
            var status = await read(cancellationToken);
            show(status);
            if (isOver(status))
            {
                return;
            }

            var pause = time.GetElapsedTime(started) * CountingShare;
            await Task.Delay(pause > interval ? pause : interval, time, cancellationToken);
        }
    }

    private void Print(StatusSnapshot status, StatusFormat format)
    {
        if (format == StatusFormat.Json)
        {
            print(JsonSerializer.Serialize(StatusJson.Of(status), StatusJson.Options));
            return;
        }

        foreach (var line in Lines(status, time.GetUtcNow()))
        {
            print(line);
        }
    }
}
