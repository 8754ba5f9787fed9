using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Scoring.Dashboard.Queries;

namespace Pipeline.Scoring.Tests.Dashboard;

public sealed class SnapshotTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_a_new_count_takes_long_the_one_before_is_shown_and_says_that_a_newer_is_coming()
    {
        var counts = new Queue<Task<int>>([Task.FromResult(1)]);
        var second = new TaskCompletionSource<int>();
        counts.Enqueue(second.Task);
        var snapshot = new Snapshot<int>(_ => counts.Dequeue(), TimeSpan.FromHours(1), TimeProvider.System, NullLogger.Instance);

        Assert.Equal((1, false), await ReadAsync());
        Assert.Equal((1, false), await ReadAsync());
        snapshot.Expire();
        Assert.Equal((1, true), await ReadAsync());
        second.SetResult(2);
        // The count is carried on by another thread: it may take a look more until its end is seen.
        var seen = await ReadAsync();
        while (seen == (1, true))
        {
            seen = await ReadAsync();
        }

        Assert.Equal((2, false), seen);

        async Task<(int Value, bool IsRecounting)> ReadAsync() =>
            await snapshot.GetAsync(Token) is { } figures ? (figures.Value, figures.IsRecounting) : default;
    }

    [Fact]
    public async Task The_first_count_shows_nothing_until_it_is_there_and_a_failure_is_told_to_who_waits()
    {
        var first = new TaskCompletionSource<int>();
        var snapshot = new Snapshot<int>(_ => first.Task, TimeSpan.FromHours(1), TimeProvider.System, NullLogger.Instance);

        Assert.Null(await snapshot.GetAsync(Token));
        var waiting = snapshot.GetAsync(Token);
        first.SetException(new InvalidOperationException("no database"));

        await Assert.ThrowsAsync<InvalidOperationException>(() => waiting);
    }
}
