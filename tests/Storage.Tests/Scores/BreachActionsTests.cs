using Npgsql;
using Pipeline.Storage.Batches;
using Pipeline.Storage.Reports;
using Pipeline.Storage.Scores;
using Pipeline.Storage.Vectors;
using Pipeline.Testing;

namespace Pipeline.Storage.Tests.Scores;

public sealed class BreachActionsTests : IAsyncLifetime
{
    private readonly DatabaseFixture _database = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private NpgsqlDataSource DataSource => _database.DataSource;

    private BreachActions Actions => new(DataSource);

    public ValueTask InitializeAsync() => _database.InitializeAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_quarantined_summary_is_kept_aside_until_its_failure_is_requeued()
    {
        var world = await LedgerWorld.CreateAsync(DataSource);
        await Actions.SetAsync(world.SummarizerId, BreachAction.Quarantine, null, Token);
        await NoLengthIsGoodAsync(world.SummarizerId, world.EmbedderId);
        var batch = await world.LoadAsync(world.Documents(2));
        await world.FinishAsync();

        Assert.Equal("quarantined 2", await world.LinesAsync(batch.Id));
        Assert.Empty(await LedgerInvariants.ViolationsAsync(DataSource, Token));
        Assert.Equal(2, await DataSource.ScalarAsync<long>(
            "select count(*) from pipeline.results where summary is not null and error like '%summarize: health: The summary is beyond its limits: cosine 1.000, compression %'"));
        Assert.True((await world.ProgressAsync(batch.Id)).IsFinished);

        // A person has looked at them.
        Assert.Equal(2, await new BatchReports(DataSource).RequeueAsync(batch.Id, Token));
        await world.FinishAsync();
        Assert.Equal("done 2", await world.LinesAsync(batch.Id));
        Assert.Empty(await LedgerInvariants.ViolationsAsync(DataSource, Token));
    }

    [Fact]
    public async Task A_fallback_is_made_once_and_both_summaries_are_kept_until_nobody_needs_them()
    {
        var world = await LedgerWorld.CreateAsync(DataSource);
        var other = await world.RecipeAsync("summarize");
        await Actions.SetAsync(world.SummarizerId, BreachAction.Fallback, other, Token);
        // The fallback of the fallback would be the first recipe, for ever.
        await Actions.SetAsync(other, BreachAction.Fallback, world.SummarizerId, Token);
        await NoLengthIsGoodAsync(world.SummarizerId, world.EmbedderId);
        await NoLengthIsGoodAsync(other, world.EmbedderId);
        var batch = await world.LoadAsync(world.Documents(3));
        await world.FinishAsync();
        await RunAsync(world, other);

        Assert.Equal("done 3", await world.LinesAsync(batch.Id));
        Assert.Empty(await LedgerInvariants.ViolationsAsync(DataSource, Token));
        Assert.Equal(3, await DataSource.ScalarAsync<long>("""
            select count(*) from pipeline.fallback_summaries
            where summary like 'short %' and fallback_summary like 'short other %' and fallback_cosine is not null and fallback_alarm
            """));
        Assert.Equal(3, (await Actions.ListAsync(Token)).Sum(row => row.Fallbacks));
        Assert.Equal(0, await DataSource.ScalarAsync<long>("select count(*) from pipeline.work_items where state <> 'done'"));

        await DataSource.ExecuteAsync("update pipeline.batches set loaded_at = loaded_at - interval '40 days'");
        var pruner = new BatchPruner(DataSource, DataSource, new VectorIndexes(DataSource, TimeProvider.System), LedgerWorld.Outages, _ => { });
        await pruner.PruneAsync(Assert.Single(await pruner.FindAsync(TimeSpan.FromDays(30), Token)), new Progress<PruneCounts>(), Token);
        Assert.Equal("0 0 0 0 0", await DataSource.ScalarAsync<string>("""
            select concat_ws(' ', (select count(*) from pipeline.texts), (select count(*) from pipeline.summaries), (select count(*) from pipeline.work_items),
                             (select count(*) from pipeline.fallbacks), (select count(*) from pipeline.health_scores))
            """));
    }

    [Fact]
    public async Task Cancelling_a_batch_takes_its_fallbacks_along()
    {
        var world = await LedgerWorld.CreateAsync(DataSource);
        var other = await world.RecipeAsync("summarize");
        await Actions.SetAsync(world.SummarizerId, BreachAction.Fallback, other, Token);
        await NoLengthIsGoodAsync(world.SummarizerId, world.EmbedderId);
        var documents = world.Documents(2);
        var batch = await world.LoadAsync(documents[..1]);
        await world.FinishAsync();
        Assert.Equal(1, await PendingAsync());
        // Another line keeps the batch from being finished.
        await DataSource.ExecuteAsync("update pipeline.batches set state = 'loading' where id = $1", batch.Id);

        var reports = new BatchReports(DataSource);
        await new BatchCanceller(DataSource, reports, LedgerWorld.Outages).CancelAsync(await reports.FindAsync($"{batch.Id}", Token), Token);

        Assert.Equal(0, await PendingAsync());

        Task<long> PendingAsync() => DataSource.ScalarAsync<long>("select count(*) from pipeline.work_items where recipe_id = $1 and state = 'pending'", other);
    }

    [Fact]
    public async Task Flagging_takes_an_action_back()
    {
        var world = await LedgerWorld.CreateAsync(DataSource);
        var other = await world.RecipeAsync("summarize");
        await Actions.SetAsync(world.SummarizerId, BreachAction.Quarantine, null, Token);
        await Actions.SetAsync(world.SummarizerId, BreachAction.Fallback, other, Token);
        Assert.Equal(BreachAction.Fallback, Assert.Single(await Actions.ListAsync(Token)).Action);

        await Actions.SetAsync(world.SummarizerId, BreachAction.Flag, null, Token);

        Assert.Empty(await Actions.ListAsync(Token));
        await Assert.ThrowsAsync<PostgresException>(() => Actions.SetAsync(other, BreachAction.Fallback, other, Token));
        await Assert.ThrowsAsync<PostgresException>(() => Actions.SetAsync(other, BreachAction.Fallback, null, Token));
    }

    private static async Task RunAsync(LedgerWorld world, int recipeId)
    {
        var runner = world.Runner(FakeEngine.Of((i, text, _) => Task.FromResult(FakeEngine.Done(i, "other " + text))));
        foreach (var chunk in await world.Dispatch.FormChunksAsync(recipeId, world.Queue, 64, 10, Token))
        {
            await runner.RunAsync(chunk.Id, "worker", Token);
        }

        await world.FinishAsync();
    }

    private Task<int> NoLengthIsGoodAsync(int recipeId, int embedderId) => DataSource.ExecuteAsync("""
        insert into pipeline.health_bands (recipe_id, embedder_id, min_chars, min_cosine, min_compression, max_compression, samples, false_alarm_rate)
        values ($1, $2, 1, 0, 0, 0, 1, 1)
        """, recipeId, embedderId);
}
