using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pipeline.Testing;

namespace Pipeline.EndToEnd.Tests;

/// <summary>A model that gets worse while everything else goes on.</summary>
[Collection(EndToEndTests.Name)]
public sealed class DegradedModelTests(BrokerFixture broker) : IDisposable
{
    private const int Texts = 40;

    private const string Rest = "，无人被困，物业已在现场设置围挡并张贴告示，维保单位答复两小时内到场，请协调中心安排值班人员配合。";

    // What the article asks for. The watch looks once a minute, and news go out with the look that made them.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("degraded-model-");

    [Fact]
    public async Task A_degraded_model_is_told_to_the_webhook_within_five_minutes()
    {
        await using var receiver = new WebhookReceiver();
        await using var rig = await PipelineRig.CreateAsync(broker);
        rig.Settings["PIPELINE__RECIPES"] = Path.Combine(_folder.FullName, "recipes");
        rig.Settings["PIPELINE__CREDENTIALS__TESTS"] = "key";
        rig.Settings["PIPELINE__SCORING__WEBHOOK__URL"] = receiver.Url;
        rig.Settings["PIPELINE__SCORING__DEGRADATION__BASELINE"] = Texts.ToString(CultureInfo.InvariantCulture);
        rig.Settings["PIPELINE__SCORING__DEGRADATION__WINDOW"] = Texts.ToString(CultureInfo.InvariantCulture);
        var address = $"http://127.0.0.1:{FreePort()}";
        await using var model = ServiceProcess.Start("OpenAiServer", new Dictionary<string, string> { ["OPENAI_SERVER_URL"] = address });
        await model.ReadyAsync(PipelineRig.Patience);
        await rig.StartAsync("Ingest", "EmbedWorker", "SummarizeWorker", "Scoring");
        await AddRecipeAsync(rig, address);
        await SubmitAsync(rig, "good");
        await rig.AssertHealedAsync();

        using var degrade = await model.SendAsync(new HttpRequestMessage(HttpMethod.Post, new Uri("/degrade", UriKind.Relative)));
        degrade.EnsureSuccessStatusCode();
        var injected = Stopwatch.GetTimestamp();
        await SubmitAsync(rig, "bad");
        await Eventually.TrueAsync(() => Opened(receiver).Contains("drift"), s_limit, () => rig.Logs);

        TestContext.Current.TestOutputHelper!.WriteLine($"Told after {Stopwatch.GetElapsedTime(injected).TotalSeconds:0} s.");
        // With this lexical embedder every summary is below 0.45, the good ones too: the mean tells, and the share of alarms can not.
        Assert.Equal("drift model/hashing critical", await rig.DataSource.ScalarAsync<string>(
            "select concat_ws(' ', rule, subject, severity) from pipeline.open_alerts where rule = 'drift'"));
        Assert.DoesNotContain("天气", string.Concat(receiver.Requests.Select(request => System.Text.Encoding.UTF8.GetString(request.Body))), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static List<string?> Opened(WebhookReceiver receiver) =>
        [.. receiver.Requests.Select(request => JsonNode.Parse(request.Body)!).Where(news => (string?)news["event"] == "opened").Select(news => (string?)news["rule"])];

    private async Task AddRecipeAsync(PipelineRig rig, string address)
    {
        var recipe = Path.Combine(_folder.FullName, "model.json");
        await File.WriteAllTextAsync(
            recipe, $$"""{"name": "model", "engine": "openai", "base_url": "{{address}}/v1", "model": "test-model", "credential": "tests"}""",
            TestContext.Current.CancellationToken);
        await rig.CliAsync("recipes", "add", recipe);
    }

    private async Task SubmitAsync(PipelineRig rig, string name)
    {
        var tickets = Path.Combine(_folder.FullName, $"{name}.jsonl");
        await File.WriteAllLinesAsync(
            tickets,
            Enumerable.Range(1, Texts).Select(i => JsonSerializer.Serialize(new { id = $"{name}-{i}", text = $"{name} {i} 号楼电梯停运{Rest}" })),
            TestContext.Current.CancellationToken);
        await rig.CliAsync("submit", tickets, "--recipe", "model");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
