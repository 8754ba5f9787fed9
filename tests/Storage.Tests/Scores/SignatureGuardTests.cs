using Pipeline.Storage.Scores;
using Pipeline.Testing;

namespace Pipeline.Storage.Tests.Scores;

public sealed class SignatureGuardTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private SignatureGuard Guard => new(database.DataSource);

    [Fact]
    public async Task Scores_under_one_signature_may_be_compared()
    {
        var (_, batchId) = await ScoredAsync("char");

        Assert.Equal("char", await Guard.RequireAsync(batchId, [], wanted: null, Token));
        Assert.Equal("char", await Guard.RequireAsync(batchId, [], wanted: "char", Token));
    }

    [Fact]
    public async Task Scores_under_two_signatures_are_refused_until_one_is_named()
    {
        var (world, batchId) = await ScoredAsync("char", "char-raw");

        var refused = await Assert.ThrowsAsync<PipelineStorageException>(() => Guard.RequireAsync(batchId, [], wanted: null, Token));
        Assert.Contains("different ROUGE signatures", refused.Message, StringComparison.Ordinal);
        Assert.Contains(" 2 under 'char'; ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(" 2 under 'char-raw'", refused.Message, StringComparison.Ordinal);
        Assert.Equal("char-raw", await Guard.RequireAsync(batchId, [world.SummarizerId], wanted: "char-raw", Token));
        var unknown = await Assert.ThrowsAsync<PipelineStorageException>(() => Guard.RequireAsync(batchId, [], wanted: "word-en", Token));
        Assert.Contains("under the signature 'word-en'", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_references_there_is_nothing_to_mix()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        var batch = await world.LoadAsync(world.Documents(1));
        await world.FinishAsync();

        Assert.Null(await Guard.RequireAsync(batch.Id, [], wanted: null, Token));
        Assert.Null(await Guard.RequireAsync(batch.Id, [], wanted: "char", Token));
    }

    [Fact]
    public void A_baseline_of_another_signature_is_refused()
    {
        SignatureGuard.RequireSame("a", "a");

        var refused = Assert.Throws<PipelineStorageException>(() => SignatureGuard.RequireSame("a", "b"));
        Assert.Contains("'a'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("'b'", refused.Message, StringComparison.Ordinal);
    }

    private async Task<(LedgerWorld World, long BatchId)> ScoredAsync(params string[] signatures)
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        var batch = await world.LoadAsync(world.Documents(2).Select(document => document with { Reference = "reference of " + document.Text }));
        await world.SummarizeAsync();
        await world.EmbedAsync();
        var scores = new ScoreLedger(database.DataSource);
        var value = new RougeValue(0.5, 0.5, 0.5, 1);
        foreach (var signature in signatures)
        {
            await database.DataSource.ExecuteAsync(
                "insert into pipeline.unscored select recipe_id, text_id from pipeline.summaries where recipe_id = $1 on conflict do nothing",
                world.SummarizerId);
            Assert.Equal(2, await scores.ScoreWindowAsync(
                10, await scores.SignatureIdAsync(signature, Token), new HealthThresholds(0.45, 0.12, 0.35),
                pair => new RougeRow(pair, value, value, value, value, 2, 2), Token));
        }

        return (world, batch.Id);
    }
}
