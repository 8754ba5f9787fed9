using Pipeline.Storage.Intake;
using Pipeline.Storage.Reports;
using Pipeline.Testing;

namespace Pipeline.Storage.Tests.Intake;

public sealed class BatchIntakeTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_window_that_is_written_twice_changes_nothing()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        var submission = world.Submission();
        var batch = await world.Intake.OpenAsync(submission, Token);
        IntakeReject[] rejects = [new(7, null, "empty", "the text is empty")];
        for (var i = 0; i < 2; i++)
        {
            Assert.Empty(await world.Intake.WriteAsync(batch.Id, submission, world.Documents(5), rejects, Token));
        }

        Assert.Equal((5, 0, 1), await world.Intake.CountAsync(batch.Id, Token));
        Assert.Equal("pending 5", await world.StatesAsync());
        Assert.Equal(5, await world.DataSource.ScalarAsync<long>("select count(*) from pipeline.documents where source = $1", submission.Source));
    }

    [Fact]
    public async Task Repeated_lines_are_duplicates_and_repeated_texts_are_computed_once()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        var text = world.Documents(1)[0].Text;
        var batch = await world.LoadAsync(
        [
            Backlog.Document(1, "a", text), Backlog.Document(2, "a", text), Backlog.Document(3, "b", text), Backlog.Document(4, "b", text),
        ]);

        Assert.Equal((4, 2, 0), await world.Intake.CountAsync(batch.Id, Token));
        Assert.Equal("pending 1", await world.StatesAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public async Task An_id_with_another_text_is_refused_in_the_same_window_and_in_a_later_one(int window)
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        var submission = world.Submission();
        var documents = world.Documents(2);
        var batch = await Backlog.LoadAsync(
            world.DataSource, submission, [documents[0], documents[1], Backlog.Document(3, "id-1", "another text"), documents[0] with { Line = 4 }], window);

        Assert.Equal((3, 1, 1), await world.Intake.CountAsync(batch.Id, Token));
        Assert.Equal(
            "3 id-1 duplicate-id The id stands on line 1 with another text; the first one counts",
            await world.DataSource.ScalarAsync<string>(
                "select concat_ws(' ', line, external_id, code, reason) from pipeline.batch_rejects where batch_id = $1", batch.Id));
    }

    [Fact]
    public async Task A_changed_text_is_a_new_version_and_the_one_submitted_last_is_the_latest()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        var (first, second) = (world.Documents(1, "first"), world.Documents(1, "second"));
        await world.LoadAsync(first, world.Submission("1"));
        await world.LoadAsync(second, world.Submission("2"));
        Assert.Equal([second[0].Text], await LatestAsync());

        await world.LoadAsync(first, world.Submission("3"));

        Assert.Equal([first[0].Text], await LatestAsync());

        Task<IReadOnlyList<string>> LatestAsync() => world.DataSource.ColumnAsync<string>(
            "select distinct text from pipeline.results where is_latest and source = $1", world.Submission().Source);
    }

    [Fact]
    public async Task The_same_submission_resumes_after_a_break_and_is_known_after_its_end()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        var (submission, documents) = (world.Submission(), world.Documents(6));
        var broken = await world.Intake.OpenAsync(submission, Token);
        await world.Intake.WriteAsync(broken.Id, submission, documents[..4], [], Token);

        var resumed = await world.Intake.OpenAsync(submission, Token);
        Assert.Equal((broken.Id, false, true), (resumed.Id, resumed.IsLoaded, resumed.Resumed));
        await world.LoadAsync(documents, submission);

        Assert.True((await world.Intake.OpenAsync(submission, Token)).IsLoaded);
        Assert.Equal((6, 0, 0), await world.Intake.CountAsync(broken.Id, Token));
    }

    [Fact]
    public async Task A_name_that_another_submission_has_is_refused_and_a_made_up_one_gets_a_number()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        var name = Guid.NewGuid().ToString("N");
        await world.Intake.OpenAsync(world.Submission("1", name), Token);

        var refused = await Assert.ThrowsAsync<PipelineStorageException>(() => world.Intake.OpenAsync(world.Submission("2", name), Token));
        Assert.Contains(name, refused.Message, StringComparison.Ordinal);

        var source = world.Submission().Source;
        Assert.Equal(source, (await world.Intake.OpenAsync(world.Submission("3"), Token)).Name);
        Assert.Equal(source + "-2", (await world.Intake.OpenAsync(world.Submission("4"), Token)).Name);
    }

    [Fact]
    public async Task Eight_clients_with_the_same_submission_make_one_batch_and_one_set_of_documents()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        var documents = world.Documents(100);
        var batches = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => LedgerWorld.Outages.RunAsync(
            _ => world.LoadAsync(documents), Token)));

        Assert.Single(batches.Select(batch => batch.Id).Distinct());
        Assert.Equal("pending 100", await world.StatesAsync());
        Assert.Equal((100, 0, 0), await world.Intake.CountAsync(batches[0].Id, Token));
    }

    [Fact]
    public async Task A_known_summary_gets_the_embedder_of_a_later_submission()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        await world.LoadAsync(world.Documents(3));
        await world.RunUntilNothingIsPendingAsync(world.Runner(FakeEngine.Of((i, text, _) => Task.FromResult(FakeEngine.Done(i, text)))));
        var other = await world.RecipeAsync("embed");

        await world.LoadAsync(world.Documents(3), world.Submission("other", embedder: other));

        Assert.Equal(6, await world.DataSource.ScalarAsync<long>("select count(*) from pipeline.work_items where recipe_id = $1", other));
        Assert.Equal("done 3", await world.StatesAsync());
    }

    [Fact]
    public async Task Failed_work_is_tried_again_with_fresh_attempts_on_request_only()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        var batch = await world.LoadAsync(world.Documents(2));
        await world.RunUntilNothingIsPendingAsync(world.Runner(FakeEngine.Of((i, text, _) => i == 0
            ? throw new InvalidOperationException()
            : Task.FromResult(FakeEngine.Done(i, text)))));
        await world.LoadAsync(world.Documents(2), world.Submission("again"));
        Assert.Equal(["quarantined/3/engine-error", "quarantined/3/engine-error"], await world.ItemsAsync());

        var reports = new BatchReports(world.DataSource);
        Assert.Equal(2, await reports.RequeueAsync(batch.Id, Token));
        await world.RunUntilNothingIsPendingAsync(world.Runner(FakeEngine.Of((i, text, _) => Task.FromResult(FakeEngine.Done(i, text)))));

        Assert.Equal(["done/1", "done/1"], await world.ItemsAsync());
        Assert.Equal(0, await reports.RequeueAsync(batch.Id, Token));
    }
}
