using Npgsql;
using Pipeline.Storage.Ledger;
using Pipeline.Storage.Reports;
using Pipeline.Storage.Results;
using Pipeline.Storage.Scores;
using Pipeline.Testing;

namespace Pipeline.Storage.Tests.Scores;

public sealed class StoredNumbersTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(1.1)]
    [InlineData(double.NegativeInfinity)]
    public async Task A_cosine_that_is_none_cannot_be_stored(double cosine)
    {
        // NaN is smaller than nothing in PostgreSQL, so an alarm "below 0.45" would never ring.
        var refused = await Assert.ThrowsAsync<PostgresException>(() => database.DataSource.ExecuteAsync(
            """
            insert into pipeline.health_scores (recipe_id, embedder_id, text_id, summary_text_id, cosine, compression, drift_alarm, compression_alarm)
            values (1, 1, 1, 1, $1, 0.2, false, false)
            """, cosine));

        Assert.Equal(PostgresErrorCodes.CheckViolation, refused.SqlState);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(1e6f)]
    public async Task A_vector_that_is_none_cannot_be_stored(float component)
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        await using var connection = await world.DataSource.OpenConnectionAsync(Token);
        await using var batch = new NpgsqlBatch(connection);
        new EmbeddingWriter().Append(batch, world.EmbedderId, [new TextResult<float[]>(1, [component, 0])]);

        await Assert.ThrowsAsync<PostgresException>(() => batch.ExecuteNonQueryAsync(Token));
        Assert.Equal(0, await world.DataSource.ScalarAsync<long>("select count(*) from pipeline.embeddings where recipe_id = $1", world.EmbedderId));
    }

    [Fact]
    public async Task A_summary_whose_embedding_could_not_be_had_is_scored_without_cosine_and_gets_one_after_another_try()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        var batch = await world.LoadAsync(world.Documents(1));
        await world.RunUntilNothingIsPendingAsync(world.Runner(FakeEngine.Of((i, text, _) => Task.FromResult(FakeEngine.Done(i, text)))));
        var scores = new ScoreLedger(world.DataSource);
        var statistics = await world.StatisticsAsync();
        Assert.Equal(0, await ScoreAsync());

        await EndEmbeddingAsync("quarantined");
        Assert.Equal(1, await ScoreAsync());
        Assert.Equal("none", await CosineAsync());

        Assert.Equal(2, await new BatchReports(world.DataSource).RequeueAsync(batch.Id, Token));
        Assert.Equal(0, await ScoreAsync());
        await world.DataSource.ExecuteAsync(
            "insert into pipeline.embeddings select recipe_id, text_id, '[1,0]' from pipeline.work_items where recipe_id = $1", world.EmbedderId);
        await EndEmbeddingAsync("done");

        Assert.Equal(1, await ScoreAsync());
        Assert.Equal("1", await CosineAsync());

        Task<int> ScoreAsync() => scores.ScoreWindowAsync(
            10, 1, new HealthThresholds(0.45, 0.12, 0.35), _ => throw new InvalidOperationException("There is no reference."), statistics, Token);

        Task<int> EndEmbeddingAsync(string state) => world.DataSource.ExecuteAsync(
            "update pipeline.work_items set state = $2, error_code = 'test' where recipe_id = $1", world.EmbedderId, state);

        Task<string> CosineAsync() => world.DataSource.ScalarAsync<string>(
            "select coalesce(cosine::text, 'none') from pipeline.health_scores where embedder_id = $1", world.EmbedderId);
    }
}
