using Pipeline.Cli.Output;
using Pipeline.Storage.Reports;
using Pipeline.Storage.Rows;

namespace Pipeline.Cli.Tests.Output;

public sealed class BatchProgressTests
{
    [Theory]
    [InlineData("loaded", 0, 4000, 0)]
    [InlineData("loaded", 3999, 4000, 99)]
    [InlineData("loaded", 4000, 4000, 100)]
    [InlineData("loaded", 0, 0, 100)]
    [InlineData("cancelled", 1, 8, 12)]
    public void The_percentage_is_rounded_down_so_that_100_means_nothing_is_left(string state, long settled, long steps, int percent) =>
        Assert.Equal(percent, new BatchProgress(state, settled, steps).Percent);

    [Fact]
    public void A_batch_that_is_being_loaded_has_no_percentage_because_its_end_is_not_known()
    {
        var progress = new BatchProgress("loading", 10, 20);

        Assert.Null(progress.Percent);
        Assert.Equal("loading", progress.Word);
        Assert.DoesNotContain("%", ProgressDisplay.Gauge(progress), StringComparison.Ordinal);
        Assert.Equal(ProgressDisplay.Gauge(new BatchProgress("loaded", 10, 20)).Length, ProgressDisplay.Gauge(progress).Length);
    }

    [Fact]
    public void The_bar_is_full_at_100_percent_only()
    {
        Assert.Equal("[########################] 100 %", ProgressDisplay.Gauge(new BatchProgress("loaded", 400, 400)));
        Assert.Equal("[#######################.]  99 %", ProgressDisplay.Gauge(new BatchProgress("loaded", 399, 400)));
    }

    [Fact]
    public void Recipes_of_a_batch_count_together_and_what_ended_badly_counts_as_ended()
    {
        var rows = new[] { Row(accepted: 10, settled: 40), Row(accepted: 10, settled: 20) };

        Assert.Equal(75, BatchProgress.Of(rows).Percent);
        Assert.Contains("1 failed, 2 cancelled", ProgressDisplay.Bar(BatchProgress.Of(rows), rows, 0), StringComparison.Ordinal);
    }

    private static BatchProgressRow Row(long accepted, long settled) => new()
    {
        Batch = "batch", BatchState = "loaded", Recipe = "recipe", Accepted = accepted, SettledSteps = settled,
        Rejected = settled == 40 ? 1 : 0, Cancelled = settled == 40 ? 2 : 0,
    };
}
