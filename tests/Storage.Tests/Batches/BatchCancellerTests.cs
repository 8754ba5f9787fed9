using Pipeline.Storage.Batches;
using Pipeline.Storage.Reports;
using Pipeline.Testing;

namespace Pipeline.Storage.Tests.Batches;

public sealed class BatchCancellerTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_waits_is_cancelled_and_what_runs_is_finished()
    {
        await using var own = new DatabaseFixture();
        await own.InitializeAsync();
        var world = await LedgerWorld.CreateAsync(own.DataSource);
        var batch = await world.LoadAsync(world.Documents(200));
        await world.EmbedAsync();
        var sent = await world.FormAsync();
        var running = (await world.TakeAsync(sent[0].Id))!;

        var outcome = await CancelAsync(world, batch.Id);

        Assert.Equal((false, 136), (outcome.WasCancelled, outcome.WorkItems));
        Assert.Equal("cancelled 136, running 64", await world.LinesAsync(batch.Id));
        Assert.Empty(await world.FormAsync());
        foreach (var late in sent.Skip(1))
        {
            var empty = (await world.TakeAsync(late.Id))!;
            Assert.Empty(empty.Together.Concat(empty.Alone));
            await world.SettleAsync(empty);
        }

        await world.SettleAsync(running, running.Together);
        Assert.Equal("cancelled 136, running 64", await world.LinesAsync(batch.Id));
        Assert.False((await world.ProgressAsync(batch.Id)).IsFinished);
        await world.EmbedAsync();
        await world.ScoreAsync();

        Assert.Equal("cancelled 136, done 64", await world.LinesAsync(batch.Id));
        var progress = await world.ProgressAsync(batch.Id);
        Assert.Equal((200, 64, 136, 64, "cancelled"), (progress.Accepted, progress.Done, progress.Cancelled, progress.Scored, progress.BatchState));
        Assert.True(progress.IsFinished);
        Assert.Empty(await LedgerInvariants.ViolationsAsync(world.DataSource, Token));
    }

    [Fact]
    public async Task A_summary_of_a_text_whose_embedding_was_cancelled_is_kept_and_not_embedded()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        var batch = await world.LoadAsync(world.Documents(3));
        var running = await world.TakeAsync();

        Assert.Equal(3, (await CancelAsync(world, batch.Id)).WorkItems);
        Assert.Equal("running 3", await world.LinesAsync(batch.Id));
        await world.SettleAsync(running, running.Together);
        await world.ScoreAsync();

        Assert.Equal("cancelled 3", await world.LinesAsync(batch.Id));
        Assert.True((await world.ProgressAsync(batch.Id)).IsFinished);
        Assert.Equal("done 3", await world.StatesAsync());
        Assert.Equal(0, await world.DataSource.ScalarAsync<long>("select count(*) from pipeline.work_items where recipe_id = $1", world.EmbedderId));
    }

    [Fact]
    public async Task Texts_that_another_batch_needs_go_on_and_no_others()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        var documents = world.Documents(100);
        var first = await world.LoadAsync(documents, world.Submission("first"));
        var second = await world.LoadAsync(documents[..40], world.Submission("second"));

        await CancelAsync(world, first.Id);

        Assert.Equal("cancelled 60, pending 40", await world.LinesAsync(first.Id));
        Assert.Equal("pending 40", await world.LinesAsync(second.Id));
        Assert.Equal("pending 40", await world.StatesAsync());
        await world.FinishAsync();
        Assert.Equal("done 40", await world.LinesAsync(second.Id));
        Assert.Equal("cancelled 60, done 40", await world.LinesAsync(first.Id));
        Assert.True((await world.ProgressAsync(first.Id)).IsFinished);
    }

    [Fact]
    public async Task A_batch_with_another_recipe_keeps_the_embeddings_and_one_with_another_embedder_the_summaries()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        var (summarizer, embedder) = (await world.RecipeAsync("summarize"), await world.RecipeAsync("embed"));
        var documents = world.Documents(5);
        var batch = await world.LoadAsync(documents, world.Submission("first"));
        var other = await world.LoadAsync(documents, world.Submission("recipe", summarizer: summarizer));

        Assert.Equal(5, (await CancelAsync(world, batch.Id)).WorkItems);
        Assert.Equal((0, 5, 5), (await ItemsAsync(world.SummarizerId), await ItemsAsync(summarizer), await ItemsAsync(world.EmbedderId)));
        Assert.Equal(10, (await CancelAsync(world, other.Id)).WorkItems);

        var third = await world.LoadAsync(documents, world.Submission("third"));
        var fourth = await world.LoadAsync(documents, world.Submission("fourth", embedder: embedder));
        await world.SummarizeAsync();
        Assert.Equal((10, 10), (await ItemsAsync(world.EmbedderId), await ItemsAsync(embedder)));

        // The summaries' embeddings by the other embedder are the other batch's.
        Assert.Equal(10, (await CancelAsync(world, third.Id)).WorkItems);
        Assert.Equal((0, 10), (await ItemsAsync(world.EmbedderId), await ItemsAsync(embedder)));
        Assert.Equal("running 5", await world.LinesAsync(fourth.Id));

        Task<long> ItemsAsync(int recipe) => world.DataSource.ScalarAsync<long>("select count(*) from pipeline.work_items where recipe_id = $1", recipe);
    }

    [Fact]
    public async Task A_finished_batch_cannot_be_cancelled_and_a_cancelled_one_can_again()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        var finished = await world.LoadAsync(world.Documents(2));
        await world.FinishAsync();
        var refused = await Assert.ThrowsAsync<PipelineStorageException>(() => CancelAsync(world, finished.Id));
        Assert.Contains("is finished", refused.Message, StringComparison.Ordinal);
        Assert.Equal("done 2", await world.LinesAsync(finished.Id));

        var other = await world.LoadAsync(world.Documents(2, "other"), world.Submission("other"));
        Assert.Equal(4, (await CancelAsync(world, other.Id)).WorkItems);
        Assert.Equal(new CancelOutcome(WasCancelled: true, 0), await CancelAsync(world, other.Id));
    }

    [Fact]
    public async Task The_same_submission_goes_on_with_a_cancelled_batch_also_after_another_break()
    {
        await using var own = new DatabaseFixture();
        await own.InitializeAsync();
        var world = await LedgerWorld.CreateAsync(own.DataSource);
        var (submission, documents) = (world.Submission(), world.Documents(6));
        var batch = await world.LoadAsync(documents);
        var running = await world.TakeAsync(chunkSize: 2);
        await CancelAsync(world, batch.Id);
        await world.SettleAsync(running, running.Together);
        await world.ScoreAsync();
        Assert.Equal("cancelled 6", await world.LinesAsync(batch.Id));

        var resumed = await world.Intake.OpenAsync(submission, Token);
        Assert.Equal((batch.Id, false, true), (resumed.Id, resumed.IsLoaded, resumed.WasCancelled));
        await world.Intake.WriteAsync(resumed.Id, submission, documents[..3], [], Token);
        var again = await world.Intake.OpenAsync(submission, Token);
        Assert.Equal((batch.Id, false, false), (again.Id, again.IsLoaded, again.WasCancelled));
        await world.LoadAsync(documents);
        await ReleaseAsync(world);
        await world.FinishAsync();

        Assert.Equal("done 6", await world.LinesAsync(batch.Id));
        Assert.True((await world.ProgressAsync(batch.Id)) is { IsFinished: true, BatchState: "loaded", Scored: 6 });
        Assert.Empty(await LedgerInvariants.ViolationsAsync(world.DataSource, Token));
    }

    [Fact]
    public async Task A_load_that_is_under_way_stops_at_its_next_window()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        var (submission, documents) = (world.Submission(), world.Documents(4));
        var batch = await world.Intake.OpenAsync(submission, Token);
        await world.Intake.WriteAsync(batch.Id, submission, documents[..2], [], Token);
        await CancelAsync(world, batch.Id);

        var refused = await Assert.ThrowsAsync<PipelineStorageException>(
            () => world.Intake.WriteAsync(batch.Id, submission, documents[2..], [], Token));
        await world.Intake.CloseAsync(batch.Id, Token);

        Assert.Contains("submit the file again", refused.Message, StringComparison.Ordinal);
        Assert.Equal("cancelled 2", await world.LinesAsync(batch.Id));
        Assert.Equal("cancelled", (await world.ProgressAsync(batch.Id)).BatchState);
    }

    [Fact]
    public async Task Requeueing_failures_leaves_cancelled_batches_alone()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        var batch = await world.LoadAsync([.. world.Documents(1, "fails"), Backlog.Document(2, "waits", Guid.NewGuid().ToString())]);
        var failed = await world.TakeAsync(chunkSize: 1);
        await world.SettleAsync(failed, failed: [(failed.Together[0], new("unfit", "It is unfit", IsFinal: true))]);
        await CancelAsync(world, batch.Id);

        Assert.Equal("cancelled 1, rejected 1", await world.LinesAsync(batch.Id));
        Assert.Equal(0, await new BatchReports(world.DataSource).RequeueAsync(batch.Id, Token));
        Assert.True((await world.ProgressAsync(batch.Id)).IsFinished);
    }

    [Fact]
    public async Task A_submission_that_meets_a_cancellation_of_the_same_texts_never_loses_work()
    {
        const int Rounds = 20;
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        for (var round = 0; round < Rounds; round++)
        {
            var documents = world.Documents(30, $"round {round}");
            var first = await world.LoadAsync(documents, world.Submission($"first {round}"));
            var chunk = await world.TakeAsync(chunkSize: 10);
            await Task.WhenAll(
                CancelAsync(world, first.Id),
                LedgerWorld.Outages.RunAsync(_ => Backlog.LoadAsync(world.DataSource, world.Submission($"second {round}"), documents, window: 5), Token),
                LedgerWorld.Outages.RunAsync(async _ => await world.SettleAsync(chunk, chunk.Together), Token));
        }

        await ReleaseAsync(world);
        await world.FinishAsync();
        Assert.Equal(
            30 * Rounds,
            await world.DataSource.ScalarAsync<long>("""
                select count(*) from pipeline.batch_lines l join pipeline.batches b on b.id = l.batch_id
                where b.source = $1 and b.cancelled_at is null and l.state = 'done'
                """, world.Submission().Source));
    }

    /// <summary>Takes back what was sent and never begun.</summary>
    private static Task<int> ReleaseAsync(LedgerWorld world) =>
        world.Dispatch.ReleaseWaitingAsync(world.Queue, long.MaxValue, TimeSpan.Zero, Token);

    private static async Task<CancelOutcome> CancelAsync(LedgerWorld world, long batchId)
    {
        var reports = new BatchReports(world.DataSource);
        var batch = await reports.FindAsync($"{batchId}", Token);
        return await new BatchCanceller(world.DataSource, reports, LedgerWorld.Outages).CancelAsync(batch, Token);
    }
}
