using Pipeline.Storage.Batches;
using Pipeline.Storage.Embedders;
using Pipeline.Storage.Reports;
using Pipeline.Storage.Rows;
using Pipeline.Storage.Vectors;
using Pipeline.Testing;

namespace Pipeline.Storage.Tests.Embedders;

public sealed class BatchEmbeddersTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    private const int Documents = 7;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private BatchEmbedders Embedders => new(database.DataSource, database.DataSource);

    [Fact]
    public async Task A_second_embedder_is_filled_beside_the_first_and_then_takes_its_place()
    {
        var (world, batch) = await FinishedAsync();
        var second = await world.RecipeAsync("embed", dimensions: 2);
        await Embedders.AddAsync(batch, second, Token);
        await Embedders.AddAsync(batch, second, Token);

        Assert.Equal(
            [(world.EmbedderId, true, 2L * Documents, 2L * Documents), (second, false, 2L * Documents, 0L)],
            (await Embedders.ListAsync(batch.Id, Token)).Select(row => (row.EmbedderId, row.IsCurrent, row.Texts, row.Embedded)));
        var early = await Assert.ThrowsAsync<PipelineStorageException>(() => Embedders.SwitchAsync(batch, second, Token));
        Assert.Contains($"{2 * Documents} of {2 * Documents} texts are not embedded and {Documents} summaries not scored", early.Message, StringComparison.Ordinal);
        Assert.Equal([1.0], await CosinesAsync(batch.Id));

        await world.EmbedAsync(second);
        await database.DataSource.ExecuteAsync(
            "update pipeline.embeddings set vector = '[0.6,0.8]' where recipe_id = $1 and text_id in (select summary_text_id from pipeline.summaries where recipe_id = $2)",
            second, world.SummarizerId);
        await world.ScoreAsync();

        // Until the switch everything shows the first.
        Assert.Equal([1.0], await CosinesAsync(batch.Id));
        await Embedders.SwitchAsync(batch, second, Token);
        Assert.Equal([0.6], await CosinesAsync(batch.Id));
        Assert.True((await world.ProgressAsync(batch.Id)).IsFinished);
        Assert.Equal([second, world.EmbedderId], (await Embedders.ListAsync(batch.Id, Token)).Select(row => row.EmbedderId));

        // And back: the vectors of the first are still there.
        await Embedders.SwitchAsync(await FindAsync(batch.Id), world.EmbedderId, Token);
        Assert.Equal([1.0], await CosinesAsync(batch.Id));
    }

    [Fact]
    public async Task What_an_embedder_beside_a_batch_could_not_do_is_shown_and_tried_again()
    {
        var (world, batch) = await FinishedAsync();
        var second = await world.RecipeAsync("embed", dimensions: 2);
        await Embedders.AddAsync(batch, second, Token);
        await database.DataSource.ExecuteAsync(
            "update pipeline.work_items set state = 'quarantined', attempts = 3, error_code = 'timeout', error_reason = 'too slow' where recipe_id = $1", second);
        var reports = new BatchReports(database.DataSource);

        // The summaries of a world are one text: a row for each line, as with the texts.
        Assert.Equal(2 * Documents, await database.ScalarAsync<long>("select count(*) from pipeline.failures where batch_id = $1 and recipe_id = $2", batch.Id, second));
        Assert.Equal(
            await database.ScalarAsync<long>("select count(*) from pipeline.work_items where recipe_id = $1", second), await reports.RequeueAsync(batch.Id, Token));
        Assert.Equal(0, await database.ScalarAsync<long>("select count(*) from pipeline.failures where batch_id = $1", batch.Id));
    }

    [Fact]
    public async Task What_is_not_there_can_not_be_switched_to_and_a_batch_that_is_not_whole_gets_no_embedder()
    {
        var (world, batch) = await FinishedAsync();
        var second = await world.RecipeAsync("embed", dimensions: 2);

        var missing = await Assert.ThrowsAsync<PipelineStorageException>(() => Embedders.SwitchAsync(batch, second, Token));
        var own = await Assert.ThrowsAsync<PipelineStorageException>(() => Embedders.AddAsync(batch, world.EmbedderId, Token));
        var loading = await world.Intake.OpenAsync(world.Submission("loading"), Token);
        var half = await Assert.ThrowsAsync<PipelineStorageException>(async () => await Embedders.AddAsync(await FindAsync(loading.Id), second, Token));

        Assert.Contains("has no vectors of this embedder", missing.Message, StringComparison.Ordinal);
        Assert.Contains("has this embedder already", own.Message, StringComparison.Ordinal);
        Assert.Contains("is not loaded completely", half.Message, StringComparison.Ordinal);
        Assert.Equal(0, await database.ScalarAsync<long>("select count(*) from pipeline.work_items where recipe_id = $1", second));
    }

    [Fact]
    public async Task Pruning_keeps_the_vectors_beside_for_the_batch_that_has_them_and_removes_them_with_it()
    {
        var (world, batch) = await FinishedAsync();
        var second = await world.RecipeAsync("embed", dimensions: 2);
        await Embedders.AddAsync(batch, second, Token);
        await world.EmbedAsync(second);
        await world.ScoreAsync();
        var other = await world.LoadAsync(world.Documents(Documents), world.Submission("other"));
        await world.ScoreAsync();

        await PruneAsync(other.Id);
        Assert.Equal((2L * Documents, Documents), (await VectorsAsync(second), await HealthAsync(second)));

        await PruneAsync(batch.Id);
        Assert.Equal((0L, 0L), (await VectorsAsync(second), await HealthAsync(second)));
    }

    [Fact]
    public async Task A_cancelled_batch_that_was_switched_goes_on_with_the_embedder_it_has()
    {
        var (world, batch) = await FinishedAsync();
        var second = await world.RecipeAsync("embed", dimensions: 2);
        await Embedders.AddAsync(batch, second, Token);
        await world.EmbedAsync(second);
        await world.ScoreAsync();
        await Embedders.SwitchAsync(batch, second, Token);
        await database.DataSource.ExecuteAsync("delete from pipeline.work_items where recipe_id = $1 and text_id in (select text_id from pipeline.batch_lines where batch_id = $2)", second, batch.Id);
        await new BatchCanceller(world.DataSource, new BatchReports(world.DataSource), LedgerWorld.Outages).CancelAsync(await FindAsync(batch.Id), Token);

        await world.LoadAsync(world.Documents(Documents));
        await world.EmbedAsync(second);
        await world.ScoreAsync();

        Assert.True((await world.ProgressAsync(batch.Id)).IsFinished);
    }

    private async Task<(LedgerWorld World, BatchRow Batch)> FinishedAsync()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        var batch = await world.LoadAsync(world.Documents(Documents));
        await world.FinishAsync();
        return (world, await FindAsync(batch.Id));
    }

    private Task<BatchRow> FindAsync(long batchId) => new BatchReports(database.DataSource).FindAsync($"{batchId}", Token);

    private async Task<IEnumerable<double>> CosinesAsync(long batchId) =>
        (await database.DataSource.ColumnAsync<double>("select cosine from pipeline.results where batch_id = $1", batchId)).Select(cosine => Math.Round(cosine, 3)).Distinct();

    private Task<long> VectorsAsync(int embedder) => database.ScalarAsync<long>("select count(*) from pipeline.embeddings where recipe_id = $1", embedder);

    private Task<long> HealthAsync(int embedder) => database.ScalarAsync<long>("select count(*) from pipeline.health_scores where embedder_id = $1", embedder);

    private async Task PruneAsync(long batchId)
    {
        var pruner = new BatchPruner(
            database.DataSource, database.DataSource, new VectorIndexes(database.DataSource, TimeProvider.System), LedgerWorld.Outages, _ => { });
        var candidate = (await pruner.FindAsync(TimeSpan.Zero, Token)).Single(found => found.Id == batchId);
        await pruner.PruneAsync(candidate, new Progress<PruneCounts>(), Token);
    }
}
