using Pipeline.Storage.Ledger;
using Pipeline.Testing;

namespace Pipeline.Storage.Tests.Reports;

public sealed class BatchProgressTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    private static readonly WorkFailure s_unfit = new("unfit", "It is unfit", IsFinal: true);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_step_counts_once_and_the_last_one_is_the_score()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        var batch = await world.LoadAsync(world.Documents(3));
        Assert.Equal((0, 12, false), await StepsAsync());

        await world.EmbedAsync();
        Assert.Equal((3, 12, false), await StepsAsync());
        var chunk = await world.TakeAsync();
        Assert.Equal((3, 12, false), await StepsAsync());
        await world.SettleAsync(chunk, chunk.Together);
        Assert.Equal((6, 12, false), await StepsAsync());
        await world.EmbedAsync();
        Assert.Equal((9, 12, false), await StepsAsync());
        await world.ScoreAsync();
        Assert.Equal((12, 12, true), await StepsAsync());

        async Task<(long, long, bool)> StepsAsync() =>
            await world.ProgressAsync(batch.Id) is var row ? (row.SettledSteps, row.Steps, row.IsFinished) : default;
    }

    [Fact]
    public async Task A_text_that_is_refused_at_one_step_is_finished_when_the_other_steps_are()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        var batch = await world.LoadAsync(world.Documents(2));
        var embedding = (await world.Work.TakeAsync(
            (await world.Dispatch.FormChunksAsync(world.EmbedderId, world.Queue, 64, 1, Token))[0].Id, "worker", TimeSpan.FromMinutes(1), Token))!;
        await world.SettleAsync(embedding, failed: embedding.Together.Select(text => (text, s_unfit)));

        // Refused in the counts, but a summary is still to come.
        var row = await world.ProgressAsync(batch.Id);
        Assert.Equal((2, 0, 2, false), (row.Rejected, row.Pending, row.SettledSteps, row.IsFinished));

        var chunk = await world.TakeAsync();
        await world.SettleAsync(chunk, [chunk.Together[0]], [(chunk.Together[1], s_unfit)]);
        row = await world.ProgressAsync(batch.Id);
        Assert.Equal((2, 6, false), (row.Rejected, row.SettledSteps, row.IsFinished));

        await world.EmbedAsync();
        await world.ScoreAsync();
        row = await world.ProgressAsync(batch.Id);
        Assert.Equal((2, 8, true), (row.Rejected, row.SettledSteps, row.IsFinished));
    }

    [Fact]
    public async Task A_batch_is_not_finished_while_it_is_being_loaded_and_an_empty_one_is_at_its_end()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        var batch = await world.Intake.OpenAsync(world.Submission(), Token);
        Assert.False((await world.ProgressAsync(batch.Id)).IsFinished);
        await world.Intake.CloseAsync(batch.Id, Token);

        var row = await world.ProgressAsync(batch.Id);

        Assert.Equal((0, 0, true), (row.SettledSteps, row.Steps, row.IsFinished));
        await world.DataSource.ExecuteAsync("update pipeline.batches set cancelled_at = now() where id = $1", batch.Id);
        row = await world.ProgressAsync(batch.Id);
        Assert.Equal((0, 0, true), (row.SettledSteps, row.Steps, row.IsFinished));
    }
}
