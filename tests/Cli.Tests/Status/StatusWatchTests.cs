using Pipeline.Cli.Status;
using Pipeline.Storage.Reports;
using Pipeline.Storage.Rows;

namespace Pipeline.Cli.Tests.Status;

public sealed class StatusWatchTests
{
    [Fact]
    public void A_look_is_a_line_for_the_work_and_one_for_each_batch_and_recipe()
    {
        var lines = StatusWatch.Lines(Snapshot(settled: 6), new DateTimeOffset(2026, 11, 25, 8, 0, 0, TimeSpan.Zero)).ToList();

        Assert.Equal(
            [
                "2026-11-25T08:00:00Z embed 30 pending 2 running 4 texts/s; summarize 0 pending 0 running 0 texts/s; 1 workers; about 00:00:08 left",
                "2026-11-25T08:00:00Z batch 7 'tickets.csv' extractive [############............]  50 % "
                    + "accepted 3 pending 1 running 0 done 1 rejected 5 quarantined 0 cancelled 0 scored 1",
            ],
            lines);
    }

    [Fact]
    public async Task Watching_ends_when_it_is_over_and_when_it_is_cancelled()
    {
        var looks = 0;
        var printed = new List<string>();
        var watch = new StatusWatch(
            _ => Task.FromResult(Snapshot(settled: ++looks)), printed.Add, TimeSpan.FromMilliseconds(1), TimeProvider.System);

        await watch.RunAsync(StatusFormat.Json, status => status.Batches[0].SettledSteps == 3, TestContext.Current.CancellationToken);
        Assert.Equal((3, 3), (looks, printed.Count));
        Assert.All(printed, line => Assert.Contains("\"batch\":\"tickets.csv\"", line, StringComparison.Ordinal));

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var watching = watch.RunAsync(
            StatusFormat.Json,
            _ =>
            {
                enough.Cancel();
                return false;
            },
            enough.Token);
        await watching;
        Assert.Equal(4, looks);
    }

    private static StatusSnapshot Snapshot(long settled) => new(
        [new QueueRow("embed", 30, 2, 0, 1), new QueueRow("summarize", 0, 0, 0, 0)],
        new Dictionary<string, long?> { ["embed-texts"] = 0, ["summarize-texts"] = null },
        [new WorkerRow("here:1", "embed-texts", default, TimeSpan.Zero, 10, 4)],
        [
            new BatchProgressRow
            {
                BatchId = 7, Batch = "tickets.csv", BatchState = "loaded", Recipe = "extractive", Accepted = 3, Pending = 1, Done = 1, Rejected = 1,
                RejectedLines = 4, Scored = 1, SettledSteps = settled,
            },
        ],
        []);
}
