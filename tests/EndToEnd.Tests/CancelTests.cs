using Pipeline.Testing;

namespace Pipeline.EndToEnd.Tests;

[Collection(EndToEndTests.Name)]
public sealed class CancelTests(BrokerFixture broker)
{
    // Full chunks alone: whichever two the worker takes, as many texts run.
    private const int Chunk = 64;
    private const int Documents = 6 * Chunk;
    private const int Running = 2 * Chunk;

    [Fact]
    public async Task A_batch_that_is_cancelled_at_work_stops_there_and_goes_on_when_it_is_submitted_again()
    {
        await using var rig = await PipelineRig.CreateAsync(broker);

        // What waits for the gate must not run out of its lease.
        rig.Settings["PIPELINE__SUMMARIZEWORKER__LEASE"] = "00:02:00";
        var folder = Directory.CreateTempSubdirectory("end-to-end-");
        var gate = Path.Combine(folder.FullName, "open");
        var documents = Backlog.Tickets(Documents, $"[[until:{gate}]]");
        var batch = await rig.SubmitAsync(documents);
        await rig.StartAsync("Ingest", "Scoring", "EmbedWorker");
        await rig.StartFaultyAsync("summarize");
        await using var watch = ServiceProcess.Start("Cli", rig.Settings, "status", "--watch", "--interval", "1", "--batch", $"{batch.Id}");
        await rig.UntilAsync($"(select count(*) from pipeline.batch_lines where summarize_state = 'running' and embed_state = 'done') = {Running}");

        var said = await CliAsync(rig, 0, "batch", "cancel", $"{batch.Id}");
        await File.WriteAllTextAsync(gate, "", TestContext.Current.CancellationToken);
        await rig.AssertHealedAsync();

        Assert.Contains("is cancelled", said, StringComparison.Ordinal);
        Assert.Equal(0, await watch.ExitAsync(PipelineRig.Patience));
        Assert.Contains("100 %", watch.Log, StringComparison.Ordinal);
        Assert.Equal((Running, Documents - Running), (await CountAsync(rig, "done"), await CountAsync(rig, "cancelled")));

        Assert.True((await rig.SubmitAsync(documents)).WasCancelled);
        await rig.AssertHealedAsync();

        Assert.Equal(Documents, await CountAsync(rig, "done"));
        Assert.Contains("is finished", await CliAsync(rig, 1, "batch", "cancel", $"{batch.Id}"), StringComparison.Ordinal);
        var announced = await PruneAsync(rig, "--dry-run");
        Assert.Contains($"\"lines\":{Documents},", announced, StringComparison.Ordinal);
        Assert.Equal(announced, await PruneAsync(rig));
        Assert.Equal(0, await rig.DataSource.ScalarAsync<long>("select count(*) from pipeline.texts"));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Watching_ends_cleanly_when_it_is_told_to()
    {
        await using var rig = await PipelineRig.CreateAsync(broker);
        await rig.SubmitAsync(Backlog.Tickets(3));
        await using var watch = ServiceProcess.Start("Cli", rig.Settings, "status", "--watch", "--interval", "0.2");
        await Eventually.TrueAsync(() => watch.Log.Split("pending 3", StringSplitOptions.None).Length > 2, PipelineRig.Patience, () => watch.Log);

        Assert.Equal(0, await watch.StopAsync(PipelineRig.Patience));
        Assert.DoesNotContain("error", watch.Log, StringComparison.Ordinal);
    }

    private static Task<long> CountAsync(PipelineRig rig, string state) =>
        rig.DataSource.ScalarAsync<long>("select count(*) from pipeline.batch_lines where state = $1", state);

    /// <summary>What is removed, or would be, as JSON.</summary>
    private static async Task<string> PruneAsync(PipelineRig rig, params string[] options)
    {
        var said = await CliAsync(rig, 0, ["batch", "prune", "--older-than", "0h", "--json", .. options]);
        return said[said.IndexOf("\"removed\":", StringComparison.Ordinal)..].Split('\n')[0];
    }

    private static async Task<string> CliAsync(PipelineRig rig, int exitCode, params string[] arguments)
    {
        await using var cli = ServiceProcess.Start("Cli", rig.Settings, arguments);
        Assert.True(await cli.ExitAsync(PipelineRig.Patience) == exitCode, cli.Log);
        return cli.Log;
    }
}
