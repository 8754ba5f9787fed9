using Pipeline.Cli.Output;
using Pipeline.Storage;
using Pipeline.Storage.Reports;
using Pipeline.Storage.Rows;

namespace Pipeline.Cli.Submission;

/// <summary>Waits until a batch has nothing left to do, showing how far it is.</summary>
internal sealed class BatchWaiter(BatchReports reports, WorkerRegistry workers, TimeProvider time)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_maxOutage = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_standstill = TimeSpan.FromSeconds(30);

    // Counting is exact and therefore not free: a twentieth of the time is spent on it, and more only where a single count takes so long
    // that nobody would be told the end of the batch for minutes.
    private const int CountingShare = 20;
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(10);

    /// <summary>Waits for the end of a batch.</summary>
    /// <returns>The final counts, one row per recipe.</returns>
    public async Task<IReadOnlyList<BatchProgressRow>> WaitAsync(long batchId, CancellationToken cancellationToken)
    {
        using var display = new ProgressDisplay(time);
        var outages = new OutageRetry(time, s_maxOutage, (_, _) => display.Show(Say("PostgreSQL does not answer; waiting for it", "PostgreSQL 没有响应；等待中")));
        var (first, firstAt, most, movedAt) = (-1L, 0L, 0L, time.GetTimestamp());
        while (true)
        {
            var asked = time.GetTimestamp();
            var rows = await outages.RunAsync(token => reports.ProgressAsync(batchId, newest: 0, token), cancellationToken);
            var progress = BatchProgress.Of(rows);

            // Another submission of the same texts may ask for their scores once more; the bar waits for it instead of going back.
            movedAt = progress.Settled > most ? asked : movedAt;
            most = Math.Max(most, progress.Settled);
            if (first < 0)
            {
                (first, firstAt) = (most, asked);
            }

            var seconds = time.GetElapsedTime(firstAt, asked).TotalSeconds;
            var finished = rows.All(row => row.IsFinished);
            var hint = finished ? ""
                : (await workers.ListAsync(cancellationToken)).Count == 0 ? Say(
                    "  (no worker is running; './pipeline up' starts them)",
                    "  （没有运行中的工作进程；'./pipeline up' 可启动）")
                : time.GetElapsedTime(movedAt, asked) > s_standstill ? Say(
                    "  (nothing has moved for a while; './pipeline status' shows queues and workers)",
                    "  （已有一段时间没有进展；'./pipeline status' 可查看队列和工作进程）")
                : "";
            var rate = seconds > 0.3 ? (most - first) / 4.0 / seconds : 0;
            display.Show(ProgressDisplay.Bar(progress with { Settled = most }, rows, rate) + hint, finished);
            if (finished)
            {
                return rows;
            }

            var share = time.GetElapsedTime(asked) * CountingShare;
            var pause = share < s_interval ? s_interval : share > s_longestPause ? s_longestPause : share;
            await Task.Delay(pause, time, cancellationToken);
        }
    }
}
