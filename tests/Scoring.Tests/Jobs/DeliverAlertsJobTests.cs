using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pipeline.Scoring.Alerts;
using Pipeline.Scoring.Jobs;
using Pipeline.Storage.Alerts;
using Pipeline.Testing;

namespace Pipeline.Scoring.Tests.Jobs;

public sealed class DeliverAlertsJobTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>, IAsyncLifetime
{
    private const string Secret = "geheim-密";
    private readonly WebhookReceiver _receiver = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private AlertLedger Alerts => new(database.DataSource);

    public async ValueTask InitializeAsync() => await database.DataSource.ExecuteAsync("delete from pipeline.alerts");

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    [Fact]
    public async Task The_webhook_gets_the_alert_as_json_with_a_signature_that_can_be_checked()
    {
        var raised = await RaiseAsync();
        await Job().RunAsync(Token);
        await Job().RunAsync(Token);

        var (body, signature, contentType) = Assert.Single(_receiver.Requests);
        Assert.Equal("application/json; charset=utf-8", contentType);
        Assert.Equal("sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), body)), signature);
        var json = JsonNode.Parse(body)!;
        Assert.Equal(
            ("opened", raised.Id, "drift", "配方/hashing", "critical", 0.3, 200),
            ((string?)json["event"], (long)json["alert_id"]!, (string?)json["rule"], (string?)json["subject"], (string?)json["severity"],
             (double)json["value"]!, (int)json["detail"]!["window"]!));
        Assert.Equal("delivered", await DeliveryAsync());
    }

    [Theory]
    [InlineData(500, "answered 500")]
    [InlineData(302, "answered 302")]
    [InlineData(0, "no answer within 1 s")]
    public async Task What_is_not_taken_is_sent_again_later(int status, string error)
    {
        await RaiseAsync();
        _receiver.Status = status;
        await Job().RunAsync(Token);
        Assert.Equal($"pending 1 {error}", await DeliveryAsync());

        // Its time has not come.
        await Job().RunAsync(Token);
        Assert.Single(_receiver.Requests);

        _receiver.Status = 200;
        await database.DataSource.ExecuteAsync("update pipeline.alert_deliveries set next_attempt_at = now()");
        await Job().RunAsync(Token);
        Assert.Equal("delivered", await DeliveryAsync());
        var ids = _receiver.Requests.Select(request => (long)JsonNode.Parse(request.Body)!["delivery_id"]!).ToList();
        Assert.Equal(2, ids.Count);
        Assert.Equal(ids[0], ids[1]);
    }

    [Fact]
    public async Task A_webhook_that_is_not_there_costs_an_attempt_and_says_no_address()
    {
        await RaiseAsync();
        await Job(url: "http://127.0.0.1:1/secret-path").RunAsync(Token);

        Assert.Equal($"pending 1 no connection ({HttpRequestError.ConnectionError})", await DeliveryAsync());
    }

    [Fact]
    public async Task Beginning_and_end_arrive_in_one_run_and_in_order()
    {
        await RaiseAsync();
        await Alerts.ResolveAsync("default", "drift", "配方/hashing", Token);
        await Job().RunAsync(Token);

        Assert.Equal(["opened", "resolved"], _receiver.Requests.Select(request => (string?)JsonNode.Parse(request.Body)!["event"]));
    }

    [Fact]
    public async Task Without_a_webhook_news_wait_and_old_ones_are_not_sent_when_there_is_one()
    {
        await RaiseAsync();
        await Job(url: "").RunAsync(Token);
        Assert.Equal("pending 0", await DeliveryAsync());

        await database.DataSource.ExecuteAsync("update pipeline.alert_deliveries set created_at = now() - interval '2 days'");
        await Job().RunAsync(Token);
        Assert.Empty(_receiver.Requests);
        Assert.Equal("abandoned 0", await DeliveryAsync());
    }

    private Task<RaisedAlert> RaiseAsync() => Alerts.RaiseAsync(
        new Alert("drift", "配方/hashing", AlertSeverity.Critical, "It has fallen.", "select 1") { Value = 0.3, Detail = """{"window": 200}""" }, Token);

    private DeliverAlertsJob Job(string? url = null) => new(
        new AlertOutbox(database.DataSource),
        new ServiceCollection().AddHttpClient(Webhook.ClientName)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false }).Services
            .BuildServiceProvider().GetRequiredService<IHttpClientFactory>(),
        Options.Create(new WebhookOptions { Url = url ?? _receiver.Url, Secret = Secret, Timeout = TimeSpan.FromSeconds(1) }),
        NullLogger<DeliverAlertsJob>.Instance);

    private Task<string> DeliveryAsync() => database.ScalarAsync<string>("""
        select delivery || case when delivery = 'delivered' then '' else ' ' || delivery_attempts || coalesce(' ' || delivery_error, '') end
        from pipeline.alert_history
        """);
}
