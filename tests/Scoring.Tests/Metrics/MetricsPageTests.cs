using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Pipeline.Scoring.Alerts;
using Pipeline.Scoring.Metrics;
using Pipeline.Storage.Alerts;
using Pipeline.Testing;

namespace Pipeline.Scoring.Tests.Metrics;

public sealed partial class MetricsPageTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_page_is_well_formed_and_holds_alerts_work_and_health()
    {
        await database.DataSource.ExecuteAsync("""
            insert into pipeline.recipes (name, stage, engine, definition, sha256, seconds_per_text)
            values ('e', 'embed', 'fake', '{}', sha256('e'), 1), ('r "1"\', 'summarize', 'fake', '{}', sha256('r'), 1);
            insert into pipeline.work_items (recipe_id, text_id) select 2, i from generate_series(1, 7) i;
            insert into pipeline.work_items (recipe_id, text_id, state, error_code) values (2, 8, 'quarantined', 'timeout');
            insert into pipeline.unscored values (2, 1);
            insert into pipeline.health_windows
                (recipe_id, embedder_id, samples, cosine_samples, compression_mean, compression_stdev, alarm_share, drift_share, compression_share, oldest_at, newest_at)
            values (2, 1, 200, 0, 0.25, 0.1, 0.125, 0.1, 0.025, now(), now());
            """);
        await new AlertLedger(database.DataSource).RaiseAsync(new Alert("drift", "r", AlertSeverity.Critical, "m", "select 1"), Token);

        var page = await ReadAsync("http://127.0.0.1/");

        Assert.All(page.TrimEnd('\n').Split('\n'), line => Assert.Matches(Line(), line));
        Assert.Contains("\npipeline_alerts_open{rule=\"drift\",subject=\"r\",severity=\"critical\",acknowledged=\"false\"} 1\n", page, StringComparison.Ordinal);
        Assert.Contains("\npipeline_alert_deliveries_waiting 1\n", page, StringComparison.Ordinal);
        Assert.Contains("\npipeline_work_items_pending{stage=\"summarize\",recipe=\"r \\\"1\\\"\\\\\"} 7\n", page, StringComparison.Ordinal);
        Assert.Contains("\npipeline_work_items_failed{stage=\"summarize\",recipe=\"r \\\"1\\\"\\\\\",state=\"quarantined\"} 1\n", page, StringComparison.Ordinal);
        Assert.Contains("\npipeline_summaries_unscored 1\n", page, StringComparison.Ordinal);
        Assert.Contains("\npipeline_health_alarm_share{recipe=\"r \\\"1\\\"\\\\\",embedder=\"e\"} 0.125\n", page, StringComparison.Ordinal);
        // Without a webhook nothing waits for it.
        Assert.DoesNotContain("alert_deliveries", await ReadAsync(""), StringComparison.Ordinal);
        // What is not known is not there.
        Assert.DoesNotContain("\npipeline_health_cosine_mean{", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_wants_the_password_and_says_what_it_is()
    {
        await using var scoring = await ScoringProcess.StartAsync(database, "geheim");

        using var refused = await scoring.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri("/metrics", UriKind.Relative)));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/metrics", UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("operator:geheim")));
        using var answer = await scoring.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/plain; charset=utf-8; version=0.0.4", string.Join("; ", answer.Content.Headers.ContentType!.ToString().Split("; ").Order().OrderBy(part => part == "text/plain" ? 0 : 1)));
        Assert.Contains("# TYPE pipeline_alerts_open gauge", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    private Task<string> ReadAsync(string webhook) =>
        new MetricsPage(database.DataSource, Options.Create(new WebhookOptions { Url = webhook })).ReadAsync(Token);

    [GeneratedRegex(@"^(# (HELP|TYPE) pipeline_[a-z_]+ .+|pipeline_[a-z_]+(\{([a-z]+=""([^""\\]|\\.)*"",?)+\})? -?[0-9.E+-]+)$")]
    private static partial Regex Line();
}
