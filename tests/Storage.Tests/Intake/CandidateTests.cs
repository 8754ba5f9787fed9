using Pipeline.Storage.Batches;
using Pipeline.Storage.Intake;
using Pipeline.Storage.Vectors;
using Pipeline.Testing;

namespace Pipeline.Storage.Tests.Intake;

/// <summary>Summaries that come with their documents.</summary>
public sealed class CandidateTests : IAsyncLifetime
{
    // A database for each test: invariants and pruning look at everything there is.
    private readonly DatabaseFixture _database = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _database.InitializeAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Candidates_are_embedded_and_scored_and_nothing_is_summarised()
    {
        var (world, submission) = await CreateAsync();
        var batch = await world.LoadAsync(Documents(world, 5), submission);

        Assert.Equal(0, await world.SummarizeAsync());
        await world.EmbedAsync();
        await world.ScoreAsync();

        Assert.Equal("done 5", await world.LinesAsync(batch.Id));
        Assert.Equal(
            ["candidate 1|given", "candidate 2|given", "candidate 3|given", "candidate 4|given", "candidate 5|given"],
            await world.DataSource.ColumnAsync<string>(
                "select summary || '|' || finish_reason from pipeline.results where cosine is not null and rougel_f is not null order by line"));
        Assert.Equal(0, await world.DataSource.ScalarAsync<long>("select count(*) from pipeline.summaries where seconds is not null"));
        Assert.Empty(await LedgerInvariants.ViolationsAsync(world.DataSource, Token));
    }

    [Fact]
    public async Task A_window_that_is_written_twice_changes_nothing()
    {
        var (world, submission) = await CreateAsync();
        var batch = await world.LoadAsync(Documents(world, 5), submission);
        await world.EmbedAsync();
        await world.ScoreAsync();

        Assert.Empty(await world.Intake.WriteAsync(batch.Id, submission, Documents(world, 5), [], Token));
        await world.ScoreAsync();

        Assert.Equal((5, 0, 0), await world.Intake.CountAsync(batch.Id, Token));
        Assert.Equal("5 5 15", await world.DataSource.ScalarAsync<string>("""
            select concat_ws(' ', (select count(*) from pipeline.summaries), (select count(*) from pipeline.health_scores), (select count(*) from pipeline.work_items))
            """));
        Assert.Empty(await LedgerInvariants.ViolationsAsync(world.DataSource, Token));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public async Task Another_candidate_of_the_same_text_is_refused_in_the_same_window_and_in_a_later_one(int window)
    {
        var (world, submission) = await CreateAsync();
        var documents = Documents(world, 2);
        var batch = await Backlog.LoadAsync(
            world.DataSource, submission,
            [
                .. documents, documents[0] with { Line = 3, ExternalId = "same" }, documents[0] with { Line = 4, ExternalId = "other", Candidate = "something else" },
            ],
            window);

        Assert.Equal((3, 0, 1), await world.Intake.CountAsync(batch.Id, Token));
        Assert.Equal("4 other other-candidate", await world.DataSource.ScalarAsync<string>(
            "select concat_ws(' ', line, external_id, code) from pipeline.batch_rejects"));
        Assert.Equal(2, await world.DataSource.ScalarAsync<long>("select count(*) from pipeline.summaries"));
        await world.EmbedAsync();
        await world.ScoreAsync();
        Assert.Empty(await LedgerInvariants.ViolationsAsync(world.DataSource, Token));
    }

    [Fact]
    public async Task Candidates_stand_beside_what_engines_make_and_another_embedder_measures_them_again()
    {
        var (world, submission) = await CreateAsync();
        var documents = Documents(world, 3);
        await world.LoadAsync(documents, submission);
        var embedder = await world.RecipeAsync("embed");
        var both = await world.LoadAsync(
            documents, world.Submission("both", embedder: embedder) with
            {
                RecipeIds = [world.SummarizerId, submission.RecipeIds[0]], CandidateRecipeId = submission.CandidateRecipeId,
            });

        await world.SummarizeAsync();
        await world.EmbedAsync();
        await world.EmbedAsync(embedder);
        await world.ScoreAsync();

        Assert.Equal("done 6", await world.LinesAsync(both.Id));
        Assert.Empty(await LedgerInvariants.ViolationsAsync(world.DataSource, Token));
    }

    [Fact]
    public async Task Pruning_takes_candidates_with_their_batch()
    {
        var (world, submission) = await CreateAsync();
        await world.LoadAsync(Documents(world, 3), submission);
        await world.EmbedAsync();
        await world.ScoreAsync();
        await world.DataSource.ExecuteAsync("update pipeline.batches set loaded_at = now() - interval '40 days'");
        var pruner = new BatchPruner(
            world.DataSource, world.DataSource, new VectorIndexes(world.DataSource, TimeProvider.System), LedgerWorld.Outages, _ => { });

        await pruner.PruneAsync((await pruner.FindAsync(TimeSpan.FromDays(30), Token)).Single(), new Progress<PruneCounts>(), Token);

        Assert.Equal(0, await world.DataSource.ScalarAsync<long>(
            "select (select count(*) from pipeline.texts) + (select count(*) from pipeline.summaries) + (select count(*) from pipeline.work_items)"));
    }

    private static IntakeDocument[] Documents(LedgerWorld world, int count) =>
        [.. world.Documents(count).Select(document => document with { Candidate = $"candidate {document.Line}", Reference = $"reference {document.Line}" })];

    private async Task<(LedgerWorld World, BatchSubmission Submission)> CreateAsync()
    {
        var world = await LedgerWorld.CreateAsync(_database.DataSource);
        var candidate = await world.RecipeAsync("summarize");
        return (world, world.Submission(summarizer: candidate) with { CandidateRecipeId = candidate });
    }
}
