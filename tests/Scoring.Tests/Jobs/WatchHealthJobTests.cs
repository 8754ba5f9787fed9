using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using Pipeline.Scoring.Alerts;
using Pipeline.Scoring.Health;
using Pipeline.Scoring.Jobs;
using Pipeline.Storage.Alerts;
using Pipeline.Storage.Scores;
using Pipeline.Testing;

namespace Pipeline.Scoring.Tests.Jobs;

public sealed class WatchHealthJobTests : IAsyncLifetime
{
    private readonly DatabaseFixture _database = new();
    private int _texts;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private NpgsqlDataSource DataSource => _database.DataSource;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        await DataSource.ExecuteAsync("""
            insert into pipeline.recipes (name, stage, engine, definition, sha256, seconds_per_text)
            values ('e', 'embed', 'fake', '{}', sha256('e'), 1), ('r', 'summarize', 'fake', '{}', sha256('r'), 1)
            """);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_recipe_that_gets_worse_raises_alerts_and_one_that_recovers_resolves_them()
    {
        await ScoreAsync(100, cosine: 0.7);
        await WatchAsync();
        Assert.Equal("", await OpenAsync());
        Assert.Equal(100, await DataSource.ScalarAsync<long>("select baseline_samples from pipeline.health_now"));

        await ScoreAsync(20, cosine: 0.1);
        await WatchAsync();
        Assert.Equal("alarm-share r/e 1, drift r/e 1", await OpenAsync());
        await WatchAsync();
        Assert.Equal("alarm-share r/e 2, drift r/e 2", await OpenAsync());
        // The query shows what the alert is about, also to those who may only read.
        var query = await DataSource.ScalarAsync<string>("select query from pipeline.open_alerts where rule = 'drift'");
        Assert.Equal(50, (await DataSource.ColumnAsync<DateTime>(query)).Count);

        // 8 of the latest 50: still too many, and the mean may be chance by now; neither is over.
        await ScoreAsync(42, cosine: 0.7);
        await WatchAsync();
        Assert.Equal("alarm-share r/e 3, drift r/e 2", await OpenAsync());

        await ScoreAsync(8, cosine: 0.7);
        await WatchAsync();
        Assert.Equal("", await OpenAsync());
        Assert.Equal(4, await DataSource.ScalarAsync<long>("select count(*) from pipeline.alert_deliveries"));
    }

    [Fact]
    public async Task A_new_recipe_of_the_same_name_has_a_baseline_of_its_own()
    {
        await ScoreAsync(100, cosine: 0.9);
        await WatchAsync();
        await DataSource.ExecuteAsync("""
            insert into pipeline.recipes (name, stage, engine, definition, sha256, seconds_per_text) values ('r', 'summarize', 'fake', '{}', sha256('r2'), 1)
            """);
        await ScoreAsync(100, cosine: 0.7, recipe: 3);
        await WatchAsync();

        Assert.Equal("", await OpenAsync());
        Assert.Equal([2, 3], await DataSource.ColumnAsync<int>("select recipe_id from pipeline.health_baselines order by 1"));
    }

    [Fact]
    public async Task Failures_raise_an_alert_and_an_alert_that_nothing_is_heard_of_ends()
    {
        await DataSource.ExecuteAsync("""
            insert into pipeline.work_items (recipe_id, text_id, state, error_code) select 2, i, 'rejected', 'unfit' from generate_series(1, 40) i;
            insert into pipeline.work_items (recipe_id, text_id, state, error_code) select 2, i, 'quarantined', 'health' from generate_series(41, 80) i;
            """);
        await WatchAsync();
        Assert.Equal("failed-share r 1", await OpenAsync());
        Assert.Equal("{\"done\": 0, \"failed\": 40}", await DataSource.ScalarAsync<string>("select detail::text from pipeline.open_alerts"));

        await DataSource.ExecuteAsync("update pipeline.work_items set updated_at = now() - interval '1 hour'");
        await WatchAsync();
        Assert.Equal("failed-share r 1", await OpenAsync());
        await DataSource.ExecuteAsync("update pipeline.alerts set last_seen_at = now() - interval '25 hours'");
        await WatchAsync();
        Assert.Equal("", await OpenAsync());
    }

    [Fact]
    public async Task News_go_out_with_the_look_that_made_them()
    {
        await using var receiver = new WebhookReceiver();
        await ScoreAsync(100, cosine: 0.7);
        await ScoreAsync(50, cosine: 0.1);

        await WatchAsync(receiver.Url);

        Assert.Equal(2, receiver.Requests.Count);
    }

    /// <summary>Scores of summaries that were made and judged by the limits of the settings just now.</summary>
    private async Task ScoreAsync(int count, double cosine, int recipe = 2)
    {
        await DataSource.ExecuteAsync("""
            insert into pipeline.texts (sha256, body, chars) select sha256(i::text::bytea), 'text ' || i, 9 from generate_series($1, $2) i
            """, _texts + 1, _texts + count);
        await DataSource.ExecuteAsync("""
            insert into pipeline.health_scores
                (recipe_id, embedder_id, text_id, summary_text_id, cosine, compression, drift_alarm, compression_alarm, scored_at)
            select $4, 1, i, i, $3 + 0.01 * (i % 5), 0.2, $3 < 0.45, false, clock_timestamp() from generate_series($1, $2) i
            """, _texts + 1, _texts + count, cosine, recipe);
        _texts += count;
    }

    private Task WatchAsync(string url = "") => new WatchHealthJob(
        new HealthMonitor(DataSource), new AlertLedger(DataSource),
        new DeliverAlertsJob(
            new AlertOutbox(DataSource), new ServiceCollection().AddHttpClient().BuildServiceProvider().GetRequiredService<IHttpClientFactory>(),
            Options.Create(new WebhookOptions { Url = url }), NullLogger<DeliverAlertsJob>.Instance),
        Options.Create(new DegradationOptions { Window = 50, Baseline = 100 }), NullLogger<WatchHealthJob>.Instance).RunAsync(Token);

    private async Task<string> OpenAsync() => string.Join(", ", await DataSource.ColumnAsync<string>(
        "select rule || ' ' || subject || ' ' || occurrences from pipeline.open_alerts order by rule"));
}
