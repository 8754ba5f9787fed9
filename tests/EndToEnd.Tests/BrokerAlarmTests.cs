using Pipeline.Testing;

namespace Pipeline.EndToEnd.Tests;

[Collection(EndToEndTests.Name)]
public sealed class BrokerAlarmTests(BrokerFixture broker)
{
    [Fact]
    public async Task A_memory_alarm_is_reported_by_Ingest_and_what_was_accepted_meanwhile_is_done_after_it()
    {
        await using var rig = await PipelineRig.CreateAsync(broker);
        await rig.StartAsync("EmbedWorker", "SummarizeWorker", "Scoring");
        var ingest = await rig.StartOneAsync("Ingest");
        await TestServers.ControlAsync("rabbitmqctl", "set_vm_memory_high_watermark", "0.0000001");
        try
        {
            await rig.SubmitAsync(Backlog.Tickets(200, ""));
            await Eventually.TrueAsync(
                async () => (await HealthAsync(ingest)).Contains("dispatcher: Degraded", StringComparison.Ordinal),
                PipelineRig.Patience, () => rig.Logs);
        }
        finally
        {
            await TestServers.ControlAsync("rabbitmqctl", "set_vm_memory_high_watermark", "0.4");
        }

        await rig.AssertHealedAsync();
        Assert.Equal(200, await rig.DataSource.ScalarAsync<long>("select count(*) from pipeline.results where state = 'done'"));
        await Eventually.TrueAsync(
            async () => (await HealthAsync(ingest)).Contains("dispatcher: Healthy", StringComparison.Ordinal), PipelineRig.Patience, () => rig.Logs);
    }

    private static async Task<string> HealthAsync(ServiceProcess service)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/health/ready", UriKind.Relative));
        using var response = await service.SendAsync(request);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
