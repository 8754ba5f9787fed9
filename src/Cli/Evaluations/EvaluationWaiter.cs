using Pipeline.Cli.Output;
using Pipeline.Storage;
using Pipeline.Storage.Evaluations;

namespace Pipeline.Cli.Evaluations;

/// <summary>Waits until a run is generated and scored, showing how far it is.</summary>
internal sealed class EvaluationWaiter(EvaluationReports reports, TimeProvider time)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_maxOutage = TimeSpan.FromMinutes(10);

    /// <summary>Waits for the end of a run.</summary>
    public async Task<EvaluationRunRow> WaitAsync(long run, CancellationToken cancellationToken)
    {
        using var display = new ProgressDisplay(time);
        var outages = new OutageRetry(time, s_maxOutage, (_, _) => display.Show(Say("PostgreSQL does not answer; waiting for it", "PostgreSQL 没有响应；等待中")));
        while (true)
        {
            var row = await outages.RunAsync(token => reports.RunAsync(run, token), cancellationToken);
            display.Show(
                Say($"run {run}: {row.Done + row.Failed:N0} of {row.Open + row.Done + row.Failed:N0} generations", $"运行 {run}：已生成 {row.Done + row.Failed:N0}/{row.Open + row.Done + row.Failed:N0}")
                + (row.Open == 0 && !row.IsFinished ? Say(", waiting for its scores", "，等待评分") : ""),
                row.IsFinished);
            if (row.IsFinished)
            {
                return row;
            }

            await Task.Delay(s_interval, time, cancellationToken);
        }
    }
}
