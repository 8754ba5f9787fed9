using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Pipeline.ServiceDefaults;
using Pipeline.Testing;

namespace Pipeline.EndToEnd.Tests;

/// <summary>Recipes that run at an endpoint, through all services.</summary>
[Collection(EndToEndTests.Name)]
public sealed class EndpointTests(BrokerFixture broker) : IDisposable
{
    private const string Key = "secret-key-of-the-tests";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("endpoint-end-to-end-");
    private readonly string _address = $"http://127.0.0.1:{FreePort()}";

    [Fact]
    public async Task An_endpoint_that_is_away_is_waited_for_and_then_each_text_is_settled_alone()
    {
        await using var rig = await CreateAsync(Key);
        await rig.StartAsync("Ingest", "EmbedWorker", "Scoring");
        var worker = await rig.StartOneAsync("SummarizeWorker");
        await SubmitAsync(rig, "井盖松动。请速修", "电梯停运。[[once:429]][[retry-after:1]]", "机密内容[[status:400]]", "投诉增长120%。[[twist]]");
        await rig.UntilAsync(() => Task.FromResult(worker.Log.Contains("can't be reached", StringComparison.Ordinal)), () => "the worker notices");

        await using var server = ServiceProcess.Start(
            "OpenAiServer", new Dictionary<string, string> { ["OPENAI_SERVER_KEY"] = Key, ["OPENAI_SERVER_URL"] = _address });
        await server.ReadyAsync(PipelineRig.Patience);
        await rig.AssertHealedAsync();

        Assert.Equal("井盖松动|done||, 电梯停运|done||, |rejected||, 投诉增长120%|done|number-repaired|", string.Join(", ", await rig.DataSource.ColumnAsync<string>("""
            select coalesce(summary, '') || '|' || state || '|' || coalesce(array_to_string(flags, ' '), '') || '|'
            from pipeline.results where recipe = 'endpoint' order by line
            """)));

        // What the outage interrupted was not counted, and neither key nor text is in a log.
        Assert.Equal("done/1 3, rejected/1 1", await rig.AttemptsAsync("summarize"));
        Assert.Contains("400, asked_for", await rig.DataSource.ScalarAsync<string>("select error from pipeline.results where state = 'rejected'"), StringComparison.Ordinal);
        Assert.DoesNotContain(Key, rig.Logs + worker.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("机密", worker.Log, StringComparison.Ordinal);
        Assert.Equal(0, await rig.DataSource.ScalarAsync<long>($"select count(*) from pipeline.recipes where definition::text like '%{Key}%'"));
    }

    [Fact]
    public async Task A_key_that_is_refused_stops_the_worker_and_costs_no_text_an_attempt()
    {
        await using var rig = await CreateAsync("another-key");
        await using var server = ServiceProcess.Start(
            "OpenAiServer", new Dictionary<string, string> { ["OPENAI_SERVER_KEY"] = Key, ["OPENAI_SERVER_URL"] = _address });
        await server.ReadyAsync(PipelineRig.Patience);
        var worker = await rig.StartOneAsync("SummarizeWorker");
        await rig.StartAsync("Ingest");
        await SubmitAsync(rig, "井盖松动", "电梯停运");

        Assert.Equal(ExitCodes.Misconfigured, await worker.ExitAsync(PipelineRig.Patience));
        Assert.Contains("PIPELINE__CREDENTIALS__TESTS", worker.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("another-key", worker.Log, StringComparison.Ordinal);
        Assert.Equal("pending/0 2", await rig.AttemptsAsync("summarize"));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<PipelineRig> CreateAsync(string key)
    {
        var rig = await PipelineRig.CreateAsync(broker);
        rig.Settings["PIPELINE__RECIPES"] = Path.Combine(_folder.FullName, "recipes");
        rig.Settings["PIPELINE__CREDENTIALS__TESTS"] = key;
        rig.Settings["PIPELINE__OPENAI__RETRYDELAY"] = "00:00:00.010";
        rig.Settings["PIPELINE__OPENAI__MAXWAIT"] = "00:00:01.500";
        return rig;
    }

    private async Task SubmitAsync(PipelineRig rig, params string[] texts)
    {
        var recipe = Path.Combine(_folder.FullName, "endpoint.json");
        await File.WriteAllTextAsync(
            recipe, $$"""{"name": "endpoint", "engine": "openai", "base_url": "{{_address}}/v1", "model": "test-model", "credential": "tests"}""",
            TestContext.Current.CancellationToken);
        await rig.CliAsync("recipes", "add", recipe);
        var tickets = Path.Combine(_folder.FullName, "tickets.jsonl");
        await File.WriteAllLinesAsync(
            tickets, texts.Select((text, i) => JsonSerializer.Serialize(new { id = $"T-{i}", text })), TestContext.Current.CancellationToken);
        await rig.CliAsync("submit", tickets, "--recipe", "endpoint");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
