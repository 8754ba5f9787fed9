using Pipeline.Storage.Ledger;
using Pipeline.Testing;

namespace Pipeline.Storage.Tests.Ledger;

public sealed class DispatchLedgerTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0.0001f, 64)]
    [InlineData(1, 60)]
    [InlineData(7, 8)]
    [InlineData(600, 1)]
    public void A_chunk_holds_a_minute_of_work_and_at_most_64_texts(float secondsPerText, int size) =>
        Assert.Equal(size, DispatchLedger.ChunkSize(secondsPerText));

    [Fact]
    public async Task Chunks_have_the_size_asked_for_and_hold_every_text_once()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        await world.LoadAsync(world.Documents(150));

        var first = await world.FormAsync(chunkSize: 64, maxChunks: 2);
        var second = await world.FormAsync(chunkSize: 64, maxChunks: 2);

        Assert.Equal([64, 64], first.Select(chunk => chunk.TextIds.Length));
        Assert.Equal([22], second.Select(chunk => chunk.TextIds.Length));
        Assert.Equal(150, first.Concat(second).SelectMany(chunk => chunk.TextIds).Distinct().Count());
        Assert.Empty(await world.FormAsync());
        var state = await world.Dispatch.LookAsync(world.Queue, Token);
        Assert.Equal((3, 3, null), (state.Outstanding, state.Waiting, state.NewestBegun));
    }

    [Fact]
    public async Task A_text_with_an_attempt_behind_it_gets_a_chunk_of_its_own_within_the_limit_of_chunks()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        await world.LoadAsync(world.Documents(8));
        await world.DataSource.ExecuteAsync("""
            update pipeline.work_items set attempts = 1
            where recipe_id = $1 and text_id in (select text_id from pipeline.work_items where recipe_id = $1 order by text_id limit 5)
            """, world.SummarizerId);

        var first = await world.FormAsync(chunkSize: 4, maxChunks: 3);
        var second = await world.FormAsync(chunkSize: 4, maxChunks: 100);

        Assert.Equal([1, 1, 1], first.Select(chunk => chunk.TextIds.Length));
        Assert.Equal([1, 1, 3], second.Select(chunk => chunk.TextIds.Length).Order());
    }

    [Fact]
    public async Task Two_dispatchers_at_once_never_send_the_same_text()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        await world.LoadAsync(world.Documents(500));

        var formed = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => world.FormAsync(chunkSize: 7, maxChunks: 10)));
        var rest = await world.FormAsync();

        var sent = formed.SelectMany(chunks => chunks).Concat(rest).SelectMany(chunk => chunk.TextIds).ToList();
        Assert.Equal((500, 500), (sent.Count, sent.Distinct().Count()));
    }

    [Fact]
    public async Task Only_waiting_chunks_that_are_old_enough_are_taken_back_as_lost()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        await world.LoadAsync(world.Documents(3));
        var chunks = await world.FormAsync(chunkSize: 1);
        await world.TakeAsync(chunks[0].Id);

        Assert.Equal(0, await world.Dispatch.ReleaseWaitingAsync(world.Queue, long.MaxValue, TimeSpan.FromMinutes(1), Token));
        Assert.Equal(1, await world.Dispatch.ReleaseWaitingAsync(world.Queue, chunks[1].Id, TimeSpan.Zero, Token));
        Assert.Equal(["running/1", "pending/0", "pending/0"], await world.ItemsAsync());
        Assert.Equal(chunks[1].TextIds, Assert.Single(await world.FormAsync()).TextIds);
    }

    [Fact]
    public async Task A_chunk_that_a_worker_holds_is_not_lost_and_its_texts_have_not_begun()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        await world.LoadAsync(world.Documents(2));
        var chunk = (await world.FormAsync())[0];
        await world.Work.HoldAsync(chunk.Id, "worker", TimeSpan.FromMinutes(1), Token);

        Assert.Equal(0, await world.Dispatch.ReleaseWaitingAsync(world.Queue, long.MaxValue, TimeSpan.Zero, Token));
        Assert.Equal(["pending/0", "pending/0"], await world.ItemsAsync());
        Assert.Equal(2, (await world.TakeAsync(chunk.Id))!.Together.Count);

        await world.Work.HoldAsync(long.MaxValue, "worker", TimeSpan.FromMinutes(1), Token);
    }

    [Fact]
    public async Task Recipes_without_ready_work_are_not_asked_for()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        Assert.DoesNotContain(world.SummarizerId, await ReadyAsync());
        await world.LoadAsync(world.Documents(1));
        Assert.Contains(world.SummarizerId, await ReadyAsync());
        await world.FormAsync();
        Assert.DoesNotContain(world.SummarizerId, await ReadyAsync());

        async Task<IEnumerable<int>> ReadyAsync() => (await world.Dispatch.ReadyRecipesAsync("summarize", Token)).Select(recipe => recipe.RecipeId);
    }
}
