using Pipeline.Storage.Ledger;
using Pipeline.Testing;

namespace Pipeline.Storage.Tests.Ledger;

public sealed class WorkLedgerTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    private static readonly WorkFailure s_fault = new("engine-error", "It failed", IsFinal: false);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fresh_texts_begin_together_and_their_results_end_the_work()
    {
        var world = await LoadedAsync(3);
        var chunk = await world.TakeAsync();

        Assert.Equal((3, 0), (chunk.Together.Count, chunk.Alone.Count));
        Assert.Equal(["running/1", "running/1", "running/1"], await world.ItemsAsync());
        await world.SettleAsync(chunk, chunk.Together);

        Assert.Equal("done 3", await world.StatesAsync());
        Assert.Equal(0, await world.ChunksAsync());
        Assert.Equal(3, await SummariesAsync(world));
    }

    [Fact]
    public async Task A_text_with_an_attempt_behind_it_runs_alone_and_is_quarantined_after_the_third()
    {
        var world = await LoadedAsync(1);
        var chunk = await world.TakeAsync();
        await world.SettleAsync(chunk, failed: [(chunk.Together[0], s_fault)]);
        for (var attempt = 2; attempt <= 3; attempt++)
        {
            Assert.Equal([$"pending/{attempt - 1}/engine-error"], await world.ItemsAsync());
            chunk = await world.TakeAsync();
            Assert.Empty(chunk.Together);
            var text = Assert.Single(chunk.Alone);
            Assert.True(await world.Work.BeginAloneAsync(chunk.Id, chunk.RecipeId, text.Id, attempt, Token));
            await world.SettleAsync(chunk, failed: [(text with { Attempts = attempt }, s_fault)]);
        }

        Assert.Equal(["quarantined/3/engine-error"], await world.ItemsAsync());
        Assert.Empty(await world.FormAsync());
    }

    [Fact]
    public async Task A_text_that_is_unfit_is_rejected_at_once()
    {
        var world = await LoadedAsync(1);
        var chunk = await world.TakeAsync();
        await world.SettleAsync(chunk, failed: [(chunk.Together[0], new WorkFailure("too-long", "It is too long", IsFinal: true))]);

        Assert.Equal(["rejected/1/too-long"], await world.ItemsAsync());
    }

    [Fact]
    public async Task A_worker_that_dies_three_times_leaves_the_text_quarantined_as_lost()
    {
        var world = await LoadedAsync(2);
        var id = (await world.FormAsync())[0].Id;
        Assert.Equal(2, (await world.TakeAsync(id))!.Together.Count);

        // The broker delivers the same message again each time. The first text is the one that kills.
        for (var attempt = 2; attempt <= 3; attempt++)
        {
            var again = (await world.TakeAsync(id))!;
            Assert.Empty(again.Together);
            await world.Work.BeginAloneAsync(id, again.RecipeId, again.Alone[0].Id, attempt, Token);
        }

        var rest = (await world.TakeAsync(id))!;
        Assert.Equal(["quarantined/3/worker-lost", "pending/1"], await world.ItemsAsync());
        Assert.Equal(1, Assert.Single(rest.Alone).Attempts);
    }

    [Fact]
    public async Task Closing_a_chunk_returns_texts_that_never_ran_uncounted()
    {
        var world = await LoadedAsync(3);
        var chunk = await world.TakeAsync();
        await world.SettleAsync(chunk, chunk.Together.Take(1));

        Assert.Equal(["done/1", "pending/0", "pending/0"], await world.ItemsAsync());
        Assert.Equal(0, await world.ChunksAsync());
    }

    [Fact]
    public async Task Closing_a_chunk_keeps_the_attempts_of_a_text_whose_turn_did_not_come()
    {
        var world = await LoadedAsync(2);
        var id = (await world.FormAsync())[0].Id;
        await world.TakeAsync(id);

        // That worker died. The next one begins one of the texts and is asked to stop.
        var chunk = (await world.TakeAsync(id))!;
        await world.Work.BeginAloneAsync(id, chunk.RecipeId, chunk.Alone[0].Id, 2, Token);
        await world.SettleAsync(chunk);

        // Both have one attempt behind them that ended with the worker, and the begun one was given back.
        Assert.Equal(["pending/1", "pending/1"], await world.ItemsAsync());
    }

    [Fact]
    public async Task An_attempt_that_is_said_twice_after_an_unknown_commit_counts_once()
    {
        var world = await LoadedAsync(1);
        var id = (await world.FormAsync())[0].Id;
        await world.TakeAsync(id);
        var chunk = (await world.TakeAsync(id))!;

        Assert.True(await world.Work.BeginAloneAsync(id, chunk.RecipeId, chunk.Alone[0].Id, 2, Token));
        Assert.True(await world.Work.BeginAloneAsync(id, chunk.RecipeId, chunk.Alone[0].Id, 2, Token));

        Assert.Equal(["running/2"], await world.ItemsAsync());
    }

    [Fact]
    public async Task A_chunk_whose_recipe_cannot_be_run_is_refused_as_a_whole_with_its_reason()
    {
        var world = await LoadedAsync(3);
        var id = (await world.FormAsync())[0].Id;

        await world.Work.RejectAsync(id, "recipe-not-runnable", "made for version 1", Token);

        Assert.Equal("rejected 3", await world.StatesAsync());
        Assert.Equal(0, await world.ChunksAsync());
        Assert.Empty(await world.FormAsync());
    }

    [Fact]
    public async Task A_chunk_that_was_sent_again_under_another_id_is_stale()
    {
        var world = await LoadedAsync(2);
        var old = (await world.FormAsync())[0];
        Assert.Equal(1, await world.Dispatch.ReleaseWaitingAsync(world.Queue, long.MaxValue, TimeSpan.Zero, Token));
        var again = (await world.FormAsync())[0];

        Assert.Null(await world.TakeAsync(old.Id));
        Assert.False(await world.Work.BeginAloneAsync(old.Id, old.RecipeId, old.TextIds[0], 1, Token));
        Assert.Equal(2, (await world.TakeAsync(again.Id))!.Together.Count);
    }

    [Fact]
    public async Task A_result_that_comes_late_changes_nothing_that_was_settled_elsewhere()
    {
        var world = await LoadedAsync(1);
        var slow = await world.TakeAsync();
        await world.DataSource.ExecuteAsync("update pipeline.chunks set lease_until = now() - interval '1 second' where id = $1", slow.Id);
        await world.Dispatch.ReleaseExpiredAsync(Token);
        var fast = await world.TakeAsync();
        await world.SettleAsync(fast, fast.Alone);

        await world.SettleAsync(slow, slow.Together);
        await world.SettleAsync(slow, failed: [(slow.Together[0] with { Attempts = 3 }, s_fault)]);

        Assert.Equal("done 1", await world.StatesAsync());
        Assert.Equal(1, await SummariesAsync(world));
    }

    [Fact]
    public async Task A_lease_that_ran_out_is_taken_back_with_its_attempts_counted_and_a_renewed_one_is_not()
    {
        var world = await LoadedAsync(4);
        var chunks = await world.FormAsync(chunkSize: 2);
        foreach (var chunk in chunks)
        {
            await world.TakeAsync(chunk.Id);
        }

        await world.DataSource.ExecuteAsync("update pipeline.chunks set lease_until = now() - interval '1 second' where queue = $1", world.Queue);
        await world.Work.RenewLeaseAsync(chunks[1].Id, TimeSpan.FromMinutes(1), Token);
        await world.Dispatch.ReleaseExpiredAsync(Token);

        Assert.Equal(["pending/1", "pending/1", "running/1", "running/1"], await world.ItemsAsync());
        Assert.Equal([chunks[1].Id], await world.DataSource.ColumnAsync<long>("select id from pipeline.chunks where queue = $1", world.Queue));
    }

    [Fact]
    public async Task Settling_twice_after_an_unknown_commit_changes_nothing()
    {
        var world = await LoadedAsync(2);
        var chunk = await world.TakeAsync();
        for (var i = 0; i < 2; i++)
        {
            await world.SettleAsync(chunk, [chunk.Together[0]], [(chunk.Together[1], s_fault)]);
        }

        Assert.Equal(["done/1", "pending/1/engine-error"], await world.ItemsAsync());
    }

    private async Task<LedgerWorld> LoadedAsync(int texts)
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        await world.LoadAsync(world.Documents(texts));
        return world;
    }

    private static Task<long> SummariesAsync(LedgerWorld world) =>
        world.DataSource.ScalarAsync<long>("select count(*) from pipeline.summaries where recipe_id = $1", world.SummarizerId);
}
