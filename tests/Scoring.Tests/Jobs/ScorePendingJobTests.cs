using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using Pipeline.Scoring.Jobs;
using Pipeline.Storage.Scores;
using Pipeline.Testing;
using Pipeline.TextMetrics;
using Pipeline.TextMetrics.FailureClasses;
using Pipeline.TextMetrics.Rouge;
using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.Scoring.Tests.Jobs;

public sealed class ScorePendingJobTests : IAsyncLifetime
{
    private const int Documents = 250;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly DatabaseFixture _database = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private NpgsqlDataSource DataSource => _database.DataSource;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        await ScoringWorld.PrepareAsync(DataSource, Backlog.Tickets(Documents));
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Scores_equal_those_of_the_metrics_themselves()
    {
        await Job(windowSize: 100).RunAsync(Token);

        Assert.Empty(await LedgerInvariants.ViolationsAsync(DataSource, Token));
        var scorer = new RougeScorer(Tokenizers.Get("char"));
        var checkedRows = 0;
        await using var command = DataSource.CreateCommand("""
            select summary, reference, rouge1_f, rouge2_f, rougel_f, rougelsum_f, rouge_signature, cosine, compression, length(text), text
            from pipeline.results
            """);
        await using var reader = await command.ExecuteReaderAsync(Token);
        while (await reader.ReadAsync(Token))
        {
            var expected = scorer.Score(reader.GetString(0), reader.GetString(1));
            Assert.Equal(
                (expected.Rouge1.F, expected.Rouge2.F, expected.RougeL.F, expected.RougeLsum.F, scorer.Signature.ToString()),
                (reader.GetDouble(2), reader.GetDouble(3), reader.GetDouble(4), reader.GetDouble(5), reader.GetString(6)));
            Assert.InRange(Math.Min(Math.Abs(reader.GetDouble(7) - 1), Math.Abs(reader.GetDouble(7) - 0.6)), 0, 0.001);
            Assert.Equal(10.0 / reader.GetInt32(9), reader.GetDouble(8));
            checkedRows++;
        }

        Assert.Equal(Documents, checkedRows);
    }

    [Fact]
    public async Task Text_statistics_equal_those_of_the_metrics_themselves_and_unsupported_places_are_found_in_the_summary()
    {
        // The first summary states what no text says, behind a character of two UTF-16 units.
        await DataSource.ExecuteAsync(
            "update pipeline.texts set body = '𠀀缴费3000元' where id = (select min(summary_text_id) from pipeline.summaries)");
        await Job(windowSize: 100).RunAsync(Token);

        var (rows, invented) = (0, 0);
        await using var command = DataSource.CreateCommand("""
            select r.summary, r.text, x.coverage, x.density, x.novel_2gram, x.facts, x.fact_precision, x.failures, x.signature,
                   array(select u.words from pipeline.unsupported_spans u where u.batch_id = x.batch_id and u.line = x.line order by u.start)
            from pipeline.results r join pipeline.text_scores x using (batch_id, line, recipe)
            """);
        await using var reader = await command.ExecuteReaderAsync(Token);
        while (await reader.ReadAsync(Token))
        {
            var expected = TextStatistics.Of(reader.GetString(0), reader.GetString(1), Tokenizers.Get("char"));
            Assert.Equal(
                (expected.Fragments.Coverage, expected.Fragments.Density, expected.Bigrams.Novel, expected.Facts.Facts, expected.Facts.Precision),
                (reader.GetDouble(2), reader.GetDouble(3), reader.GetDouble(4), reader.GetInt32(5), reader.IsDBNull(6) ? null : reader.GetDouble(6)));
            Assert.Equal(expected.Failures.Failed.Select(failure => failure.Name()), reader.GetFieldValue<string[]>(7));
            Assert.Equal($"statistics|tok:char-1|v:{TextStatistics.Version}", reader.GetString(8));
            var isInvented = reader.GetString(0).Contains("3000", StringComparison.Ordinal);
            Assert.Equal(isInvented ? ["3000元"] : [], reader.GetFieldValue<string[]>(9));
            rows++;
            invented += isInvented ? 1 : 0;
        }

        Assert.Equal((Documents, 1), (rows, invented));
    }

    [Fact]
    public async Task A_run_leaves_the_lock_to_the_next_one_before_its_minute_is_over()
    {
        var time = new ImpatientTime();
        await Job(time: time).RunAsync(Token);

        Assert.InRange(time.GetUtcNow() - ImpatientTime.Start, TimeSpan.FromSeconds(55), TimeSpan.FromSeconds(59));
        Assert.Equal(0, await _database.ScalarAsync<long>(
            "select count(*) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())"));
    }

    [Fact]
    public async Task Of_two_runs_at_once_one_does_nothing_and_every_summary_is_scored_once()
    {
        await using var holder = await HoldScoresAsync();
        var first = Job().RunAsync(Token);
        await BlockedAsync();

        await Job().RunAsync(Token);

        Assert.False(first.IsCompleted);
        Assert.Equal(0, await ScoresAsync());
        await holder.DisposeAsync();
        await first;
        Assert.Equal(Documents, await ScoresAsync());
        Assert.Empty(await LedgerInvariants.ViolationsAsync(DataSource, Token));
    }

    [Fact]
    public async Task A_service_that_is_killed_while_it_scores_leaves_nothing_half_done_and_the_next_one_scores_everything()
    {
        await using (var holder = await HoldScoresAsync())
        {
            await using var killed = await ScoringProcess.StartAsync(_database);
            await BlockedAsync();
            await killed.KillAsync();
        }

        await using var next = await ScoringProcess.StartAsync(_database);
        await Eventually.TrueAsync(
            async () => (await LedgerInvariants.ViolationsAsync(DataSource, Token)).Count == 0, s_patience, () => next.Log);
        Assert.Equal(Documents, await ScoresAsync());
        Assert.Equal(0, await next.StopAsync(s_patience));
    }

    private ScorePendingJob Job(int windowSize = 1000, TimeProvider? time = null) => new(
        DataSource, new ScoreLedger(DataSource), Options.Create(new ScoringOptions { WindowSize = windowSize }), time ?? new ImpatientTime(),
        NullLogger<ScorePendingJob>.Instance);

    private Task<long> ScoresAsync() => _database.ScalarAsync<long>("select count(*) from pipeline.health_scores");

    /// <summary>Keeps everybody from writing scores until the connection is closed.</summary>
    private async Task<NpgsqlConnection> HoldScoresAsync()
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand("begin; lock table pipeline.health_scores in share mode", connection);
        await command.ExecuteNonQueryAsync(Token);
        return connection;
    }

    private Task BlockedAsync() => Eventually.TrueAsync(
        async () => await _database.ScalarAsync<long>(
            "select count(*) from pg_locks where not granted and relation = 'pipeline.health_scores'::regclass") > 0,
        s_patience, () => "nobody waits for the lock");
}
