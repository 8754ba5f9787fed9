using Pipeline.Storage.Batches;
using Pipeline.Storage.Intake;
using Pipeline.Storage.Reports;
using Pipeline.Storage.Vectors;
using Pipeline.Testing;

namespace Pipeline.Storage.Tests.Batches;

public sealed class BatchPrunerTests : IAsyncLifetime
{
    private static readonly TimeSpan s_month = TimeSpan.FromDays(30);

    // A database for each test: pruning looks at all batches there are.
    private readonly DatabaseFixture _database = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _database.InitializeAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task What_no_other_batch_needs_goes_as_announced_and_the_rest_stays_as_it_is()
    {
        var world = await LedgerWorld.CreateAsync(_database.DataSource);
        var summarizer = await world.RecipeAsync("summarize");
        var documents = world.Documents(60).Select(document => document with { Reference = $"reference {document.Line % 7}" }).ToArray();

        // Two to go that share texts with each other and with one that stays, which has a recipe of its own for some of them.
        var first = await world.LoadAsync([.. documents[..40], documents[0] with { Line = 100 }], world.Submission("first"));
        var second = await world.LoadAsync(documents[30..50], world.Submission("second"));
        var third = await world.LoadAsync(documents[20..60], world.Submission("third", summarizer: summarizer));
        await world.Intake.WriteAsync(first.Id, world.Submission("first"), [], [new IntakeReject(200, null, "empty", "the text is empty")], Token);
        await FinishAsync(world, summarizer);
        await AgeAsync(first, second);
        var pruner = Pruner(world);
        var before = await ContentAsync(world, third.Id);
        var rows = await RowsAsync(world);

        var candidates = await pruner.FindAsync(s_month, Token);
        var announced = await pruner.CountAsync(candidates, Token);
        Assert.Equal(rows, await RowsAsync(world));
        var removed = PruneCounts.Zero;
        foreach (var candidate in candidates)
        {
            removed += await pruner.PruneAsync(candidate, Ignore(), Token);
        }

        Assert.Equal([first.Id, second.Id], candidates.Select(candidate => candidate.Id));
        Assert.Equal(announced, removed);
        Assert.Equal((61, 1, 20), (removed.Lines, removed.RefusedLines, removed.Documents));
        Assert.Equal(rows.Sum() - (await RowsAsync(world)).Sum(), Total(removed));
        Assert.Equal(before, await ContentAsync(world, third.Id));
        Assert.Empty(await LedgerInvariants.ViolationsAsync(world.DataSource, Token));
        Assert.Equal(0, await OrphansAsync(world));
        Assert.Equal(1, await world.DataSource.ScalarAsync<long>("select count(*) from pipeline.batches"));
    }

    [Fact]
    public async Task A_submission_of_pruned_content_is_a_new_batch_with_new_work()
    {
        var world = await LedgerWorld.CreateAsync(_database.DataSource);
        var old = await world.LoadAsync(world.Documents(5));
        await world.FinishAsync();
        await AgeAsync(old);
        await PruneAllAsync(world);
        Assert.Equal(0, (await RowsAsync(world)).Sum());

        var batch = await world.LoadAsync(world.Documents(5));

        Assert.NotEqual(old.Id, batch.Id);
        Assert.Equal("pending 5", await world.LinesAsync(batch.Id));
    }

    [Fact]
    public async Task Batches_that_are_young_or_have_work_left_are_not_touched()
    {
        var world = await LedgerWorld.CreateAsync(_database.DataSource);
        var young = await world.LoadAsync(world.Documents(2, "young"), world.Submission("young"));
        var unscored = await world.LoadAsync(world.Documents(2, "unscored"), world.Submission("unscored"));
        await world.SummarizeAsync();
        await world.EmbedAsync();
        await world.ScoreAsync();
        await world.DataSource.ExecuteAsync(
            "insert into pipeline.unscored select s.recipe_id, s.text_id from pipeline.summaries s join pipeline.batch_lines l using (text_id) where l.batch_id = $1",
            unscored.Id);
        var running = await world.LoadAsync(world.Documents(2, "running"), world.Submission("running"));
        await world.TakeAsync();
        var loading = await world.Intake.OpenAsync(world.Submission("loading"), Token);
        await world.Intake.WriteAsync(loading.Id, world.Submission("loading"), world.Documents(2, "loading"), [], Token);
        await AgeAsync(unscored, running, loading);

        Assert.Empty(await Pruner(world).FindAsync(s_month, Token));
        Assert.Equal([young.Id], (await Pruner(world).FindAsync(TimeSpan.Zero, Token)).Select(candidate => candidate.Id));
    }

    [Fact]
    public async Task A_cancelled_batch_can_be_pruned_also_one_that_was_never_loaded_to_its_end()
    {
        var world = await LedgerWorld.CreateAsync(_database.DataSource);
        var batch = await world.Intake.OpenAsync(world.Submission(), Token);
        await world.Intake.WriteAsync(batch.Id, world.Submission(), world.Documents(3), [], Token);
        var reports = new BatchReports(world.DataSource);
        await new BatchCanceller(world.DataSource, reports, LedgerWorld.Outages).CancelAsync(await reports.FindAsync($"{batch.Id}", Token), Token);
        await AgeAsync(batch);

        Assert.Equal(3, (await PruneAllAsync(world)).Documents);
        Assert.Equal(0, (await RowsAsync(world)).Sum());
    }

    [Fact]
    public async Task An_interrupted_pruning_refuses_the_submission_and_the_next_one_removes_the_rest()
    {
        var world = await LedgerWorld.CreateAsync(_database.DataSource);
        var batch = await world.LoadAsync(world.Documents(2200));
        await world.FinishAsync();
        await AgeAsync(batch);
        var pruner = Pruner(world);
        var candidate = Assert.Single(await pruner.FindAsync(s_month, Token));
        var announced = await pruner.CountAsync([candidate], Token);
        using var interrupt = new CancellationTokenSource();
        var soFar = PruneCounts.Zero;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pruner.PruneAsync(
            candidate, new Told(counts => { soFar = counts; interrupt.Cancel(); }), interrupt.Token));

        Assert.Equal("pruning", (await world.ProgressAsync(batch.Id)).BatchState);
        var refused = await Assert.ThrowsAsync<PipelineStorageException>(() => world.Intake.OpenAsync(world.Submission(), Token));
        Assert.Contains("is being pruned", refused.Message, StringComparison.Ordinal);
        Assert.Equal(announced, soFar + await PruneAllAsync(world, TimeSpan.FromDays(3650)));
        Assert.Equal(0, (await RowsAsync(world)).Sum());
    }

    [Fact]
    public async Task A_batch_that_is_at_work_again_keeps_its_lines_until_that_has_ended()
    {
        var world = await LedgerWorld.CreateAsync(_database.DataSource);
        var batch = await world.LoadAsync([.. world.Documents(2), Backlog.Document(9, "unfit", "[[unfit]] text")]);
        await world.FinishAsync();
        await AgeAsync(batch);
        var pruner = Pruner(world);
        var candidate = Assert.Single(await pruner.FindAsync(s_month, Token));
        await new BatchReports(world.DataSource).RequeueAsync(batch.Id, Token);
        var running = await world.TakeAsync();
        var rows = await RowsAsync(world);

        await Assert.ThrowsAsync<PipelineStorageException>(() => pruner.PruneAsync(candidate, Ignore(), Token));

        Assert.Equal(rows, await RowsAsync(world));
        await world.SettleAsync(running, running.Together);
        await PruneAllAsync(world);
        Assert.Equal(0, (await RowsAsync(world)).Sum());
    }

    [Fact]
    public async Task A_submission_that_meets_the_pruning_of_its_texts_loses_nothing()
    {
        const int Rounds = 10;
        var world = await LedgerWorld.CreateAsync(_database.DataSource);
        var documents = world.Documents(60).Select(document => document with { Reference = $"reference {document.Line}" }).ToArray();
        var last = await world.LoadAsync(documents, world.Submission("0"));
        for (var round = 1; round <= Rounds; round++)
        {
            await world.FinishAsync();
            await AgeAsync(last);
            var loading = LedgerWorld.Outages.RunAsync(
                _ => Backlog.LoadAsync(world.DataSource, world.Submission($"{round}"), documents, window: 5), Token);
            var pruning = PruneAllAsync(world);
            await Task.WhenAll(loading, pruning);
            last = await loading;
        }

        await world.FinishAsync();
        Assert.Equal("done 60", await world.LinesAsync(last.Id));
        Assert.Empty(await LedgerInvariants.ViolationsAsync(world.DataSource, Token));
        Assert.Equal(0, await OrphansAsync(world));
    }

    [Fact]
    public async Task A_vector_index_goes_first_where_vacuum_could_damage_it()
    {
        var world = await LedgerWorld.CreateAsync(_database.DataSource);
        var batch = await world.LoadAsync(world.Documents(3));
        await world.FinishAsync();
        await AgeAsync(batch);
        var indexes = new VectorIndexes(world.DataSource, TimeProvider.System);
        await indexes.BuildAsync(
            (await indexes.ListAsync(Token)).Single(row => row.EmbedderId == world.EmbedderId), 64 << 20, _ => { }, new Progress<(string, int?)>(), Token);
        var dropped = new List<int>();
        var candidate = Assert.Single(await Pruner(world).FindAsync(s_month, Token));

        await Pruner(world, row => dropped.Add(row.EmbedderId)).PruneAsync(candidate, Ignore(), Token);

        var isSound = (await PgvectorVersion.ReadAsync(world.DataSource, Token)).IsSound;
        Assert.Equal(isSound ? [] : [world.EmbedderId], dropped);
        Assert.Equal(
            isSound ? VectorIndexState.Ready : VectorIndexState.None,
            (await indexes.ListAsync(Token)).Single(row => row.EmbedderId == world.EmbedderId).State);
    }

    [Fact]
    public async Task Every_column_that_refers_to_a_text_is_known_to_pruning()
    {
        // A new table of results must be added to Need and PruneStatements, or pruning would leave its rows or break them. Those of evaluations
        // follow their texts by themselves, and Need keeps pinned texts.
        Assert.Equal(
            [
                "documents.reference_text_id", "documents.text_id", "embeddings.text_id", "evaluation_texts.reference_text_id",
                "evaluation_texts.text_id", "fallbacks.text_id", "generations.text_id", "health_scores.summary_text_id", "health_scores.text_id",
                "rouge_scores.reference_text_id", "rouge_scores.summary_text_id", "schedule_texts.reference_text_id", "schedule_texts.text_id",
                "stability_scores.text_id", "summaries.summary_text_id", "summaries.text_id", "text_statistics.text_id", "text_topics.text_id", "unscored.text_id",
                "work_items.text_id",
            ],
            await _database.DataSource.ColumnAsync<string>("""
                select c.relname || '.' || a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid
                where c.relnamespace = 'pipeline'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and a.attname like '%text_id'
                order by 1
                """));
    }

    private static BatchPruner Pruner(LedgerWorld world, Action<VectorIndexRow>? onIndexDropped = null) => new(
        world.DataSource, world.DataSource, new VectorIndexes(world.DataSource, TimeProvider.System), LedgerWorld.Outages,
        onIndexDropped ?? (_ => { }));

    private static async Task<PruneCounts> PruneAllAsync(LedgerWorld world, TimeSpan? olderThan = null)
    {
        var total = PruneCounts.Zero;
        foreach (var candidate in await Pruner(world).FindAsync(olderThan ?? s_month, Token))
        {
            total += await Pruner(world).PruneAsync(candidate, Ignore(), Token);
        }

        return total;
    }

    private static async Task FinishAsync(LedgerWorld world, int otherSummarizer)
    {
        await world.FinishAsync();
        var runner = world.Runner(FakeEngine.Of((i, text, _) => Task.FromResult(FakeEngine.Done(i, "other " + text))));
        foreach (var chunk in await world.Dispatch.FormChunksAsync(otherSummarizer, world.Queue, 64, 10, Token))
        {
            await runner.RunAsync(chunk.Id, "worker", Token);
        }

        await world.FinishAsync();
    }

    private Task<int> AgeAsync(params OpenedBatch[] batches) => _database.DataSource.ExecuteAsync("""
        update pipeline.batches set loaded_at = loaded_at - interval '40 days', cancelled_at = cancelled_at - interval '40 days' where id = any($1)
        """, batches.Select(batch => batch.Id).ToArray());

    private static Told Ignore() => new(_ => { });

    private static long Total(PruneCounts counts) =>
        counts.Lines + counts.RefusedLines + counts.Documents + counts.Texts + counts.Summaries + counts.Embeddings + counts.WorkItems + counts.Scores;

    /// <summary>Rows of the tables that pruning counts.</summary>
    private static async Task<IReadOnlyList<long>> RowsAsync(LedgerWorld world)
    {
        var counts = new List<long>();
        foreach (var table in (string[])
            ["batch_items", "batch_rejects", "documents", "texts", "summaries", "embeddings", "work_items", "health_scores", "rouge_scores", "text_statistics"])
        {
            counts.Add(await world.DataSource.ScalarAsync<long>($"select count(*) from pipeline.{table}"));
        }

        return counts;
    }

    /// <summary>Everything that the views tell about a batch.</summary>
    private static Task<string> ContentAsync(LedgerWorld world, long batchId) => world.DataSource.ScalarAsync<string>("""
        select md5(string_agg(r::text, ',' order by line)) || (select string_agg(p::text, ',') from pipeline.batch_progress p where batch_id = $1)
        from pipeline.results r where batch_id = $1
        """, batchId);

    /// <summary>Rows that refer to a text that is gone, and texts that nothing refers to.</summary>
    private static Task<long> OrphansAsync(LedgerWorld world) => world.DataSource.ScalarAsync<long>("""
        with reference as (
            select text_id from pipeline.documents union select reference_text_id from pipeline.documents
            union select summary_text_id from pipeline.summaries),
        referring as (
            select text_id from reference union select text_id from pipeline.summaries union select text_id from pipeline.embeddings
            union select text_id from pipeline.work_items union select text_id from pipeline.health_scores union select text_id from pipeline.fallbacks
            union select summary_text_id from pipeline.health_scores union select summary_text_id from pipeline.rouge_scores
            union select reference_text_id from pipeline.rouge_scores union select text_id from pipeline.text_statistics)
        select (select count(*) from referring r where r.text_id is not null and not exists (select from pipeline.texts t where t.id = r.text_id))
             + (select count(*) from pipeline.texts t where not exists (select from reference r where r.text_id = t.id))
        """);

    private sealed class Told(Action<PruneCounts> tell) : IProgress<PruneCounts>
    {
        public void Report(PruneCounts value) => tell(value);
    }
}
