using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Pipeline.Testing;

namespace Pipeline.EndToEnd.Tests;

/// <summary>A schedule from the command line to the alarm, with the services as processes and an engine that changes behind its name.</summary>
[Collection(EndToEndTests.Name)]
public sealed class ReevaluationTests(BrokerFixture broker) : IDisposable
{
    private const int Pinned = 20;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("reevaluation-end-to-end-");
    private readonly string _address = $"http://127.0.0.1:{FreePort()}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_outlives_its_worker_and_an_engine_that_changed_raises_the_alarm_in_the_second_run()
    {
        await using var rig = await PipelineRig.CreateAsync(broker);
        rig.Settings["PIPELINE__RECIPES"] = Path.Combine(_folder.FullName, "recipes");
        await using (await ServerAsync(""))
        {
            await rig.StartAsync("Ingest", "EmbedWorker", "Scoring");
            var worker = await rig.StartOneAsync("SummarizeWorker");
            await SubmitAsync(rig);
            await rig.CliAsync(
                "schedule", "add", "nightly", "--cron", "0 3 * * *", "--time-zone", "Asia/Shanghai", "--recipe", "endpoint", "--pinned", $"{Pinned}",
                "--fresh", "0");

            await rig.CliAsync("schedule", "run-now", "nightly");
            await rig.UntilAsync("exists (select from pipeline.generations where state = 'running')");
            await worker.KillAsync();
            await rig.StartOneAsync("SummarizeWorker");
            await rig.UntilAsync("exists (select from pipeline.evaluations where state = 'done')");

            Assert.Equal(Pinned, await rig.DataSource.ScalarAsync<long>("select count(*) from pipeline.generations where state = 'done' and attempts <= 2"));
            Assert.Equal(["ok", "ok", "ok"], await VerdictsAsync(rig));
            Assert.Equal(0, await rig.DataSource.ScalarAsync<long>("select count(*) from pipeline.open_alerts"));
        }

        await using var changed = await ServerAsync("last");
        Assert.Equal(["drop", "drop"], (await VerdictsAsync(rig)).Where(verdict => verdict == "drop"));
        Assert.Equal(0, await rig.DataSource.ScalarAsync<long>("select count(*) from pipeline.open_alerts"));
        await VerdictsAsync(rig);

        Assert.Equal(["baseline", "reference"], await rig.DataSource.ColumnAsync<string>(
            "select measure from pipeline.evaluation_scores where alarm and schedule = 'nightly' order by measure"));
        Assert.Equal(2, await rig.DataSource.ScalarAsync<long>("select count(*) from pipeline.open_alerts where rule = 'reevaluation-drop'"));
        var history = (await rig.CliAsync("schedule", "history", "nightly", "--json")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal([true, false, false, false], history.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("alarm").GetBoolean()));
        await rig.AssertHealedAsync();
        Assert.DoesNotContain("工单", rig.Logs, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Verdicts of one more run.</summary>
    private static async Task<IReadOnlyList<string>> VerdictsAsync(PipelineRig rig)
    {
        await rig.CliAsync("schedule", "run-now", "nightly", "--wait");
        return await rig.DataSource.ColumnAsync<string>(
            "select verdict from pipeline.evaluation_figures where evaluation_id = (select max(id) from pipeline.evaluations)");
    }

    private async Task<ServiceProcess> ServerAsync(string answers)
    {
        var server = ServiceProcess.Start(
            "OpenAiServer", new Dictionary<string, string> { ["OPENAI_SERVER_ANSWERS"] = answers, ["OPENAI_SERVER_URL"] = _address });
        return await server.ReadyAsync(PipelineRig.Patience);
    }

    private async Task SubmitAsync(PipelineRig rig)
    {
        var recipe = Path.Combine(_folder.FullName, "endpoint.json");
        await File.WriteAllTextAsync(
            recipe, $$"""{"name": "endpoint", "engine": "openai", "base_url": "{{_address}}/v1", "model": "test-model"}""", Token);
        await rig.CliAsync("recipes", "add", recipe);
        var tickets = Path.Combine(_folder.FullName, "tickets.jsonl");
        await File.WriteAllLinesAsync(
            tickets,
            Backlog.Tickets(30, "[[slow:300]]").Select(ticket => JsonSerializer.Serialize(new { id = ticket.ExternalId, text = ticket.Text, reference = ticket.Reference })),
            Token);
        await rig.CliAsync("submit", tickets, "--recipe", "endpoint", "--reference-column", "reference");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
