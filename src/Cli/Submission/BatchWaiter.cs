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

    // Counting is exact and therefore not free: at most a twentieth of the time is spent on it.
    private const int CountingShare = 20;

    /// <summary>Waits for the end of a batch.</summary>
    /// <returns>The final counts, one row per recipe.</returns>
    public async Task<IReadOnlyList<BatchProgressRow>> WaitAsync(long batchId, CancellationToken cancellationToken)
    {
        using var display = new ProgressDisplay(time);
        var outages = new OutageRetry(time, s_maxOutage, (_, _) => display.Show("PostgreSQL does not answer; waiting for it"));
        var (first, firstAt) = (-1.0, 0L);
        while (true)
        {
            var asked = time.GetTimestamp();
            var rows = await outages.RunAsync(token => reports.ProgressAsync(batchId, newest: 0, token), cancellationToken);
            var steps = rows.Sum(row => row.Embedded + row.Summarized + row.SummariesEmbedded + row.Scored) / 4.0;
            if (first < 0)
            {
                (first, firstAt) = (steps, asked);
            }

            var seconds = time.GetElapsedTime(firstAt, asked).TotalSeconds;
            var finished = rows.All(row => row.IsFinished);
            var hint = !finished && (await workers.ListAsync(cancellationToken)).Count == 0 ? "  (no worker is running; './pipeline up' starts them)" : "";
            display.Show(ProgressDisplay.Bar(rows, seconds > 0.3 ? (steps - first) / seconds : 0) + hint, finished);
            if (finished)
            {
                return rows;
            }

            var pause = time.GetElapsedTime(asked) * CountingShare;
            await Task.Delay(pause > s_interval ? pause : s_interval, time, cancellationToken);
        }
    }
}
