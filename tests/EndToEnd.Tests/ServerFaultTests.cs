using Pipeline.Contracts;
using Pipeline.Testing;

namespace Pipeline.EndToEnd.Tests;

[Collection(EndToEndTests.Name)]
public sealed class ServerFaultTests(BrokerFixture broker)
{
    private const string Slow = "[[slow:10]]";

    [Fact]
    public async Task A_restart_of_the_broker_loses_nothing()
    {
        await using var rig = await RunningAsync(400);

        await TestServers.ControlAsync("restart", "rabbitmq");

        await rig.AssertHealedAsync();
        Assert.Equal(400, await rig.DataSource.ScalarAsync<long>("select count(*) from pipeline.results where state = 'done'"));
    }

    [Fact]
    public async Task Messages_that_are_thrown_away_are_sent_again()
    {
        await using var rig = await RunningAsync(400);

        await broker.PurgeAsync(QueueNames.SummarizeTexts);
        await broker.PurgeAsync(QueueNames.EmbedTexts);

        await rig.AssertHealedAsync();
        Assert.Equal("done/1 400", await rig.AttemptsAsync("summarize"));
    }

    [Fact]
    public async Task Queues_that_are_deleted_are_made_again_and_the_workers_find_them()
    {
        await using var rig = await RunningAsync(400);

        await broker.DeleteAsync(QueueNames.SummarizeTexts);
        await broker.DeleteAsync(QueueNames.EmbedTexts);

        await rig.AssertHealedAsync();
    }

    [Fact]
    public async Task A_power_failure_of_PostgreSQL_is_waited_out_and_no_message_counts_as_a_bug()
    {
        await using var rig = await RunningAsync(400);

        await TestServers.ControlAsync("kill", "postgres");
        await TestServers.ControlAsync("start", "postgres");

        await Eventually.TrueAsync(AnswersAsync, PipelineRig.Patience, () => "PostgreSQL does not answer");
        await rig.AssertHealedAsync();
        Assert.Equal(400, await rig.DataSource.ScalarAsync<long>("select count(*) from pipeline.results where state = 'done'"));

        async Task<bool> AnswersAsync()
        {
            try
            {
                return await rig.DataSource.ScalarAsync<int>("select 1") == 1;
            }
            catch (Npgsql.NpgsqlException)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task A_dashboard_that_starts_before_its_database_works_once_that_is_there()
    {
        await using var rig = await PipelineRig.CreateAsync(broker);
        await rig.Database.AllowConnectionsAsync(false);
        await using var scoring = ServiceProcess.Start("Scoring", new Dictionary<string, string>(rig.Settings) { ["PIPELINE__OPERATORPASSWORD"] = "geheim" });
        await Eventually.TrueAsync(
            () => scoring.Address is not null && scoring.Log.Contains("are not scheduled yet", StringComparison.Ordinal), PipelineRig.Patience, () => scoring.Log);

        await rig.Database.AllowConnectionsAsync(true);

        await scoring.ReadyAsync(PipelineRig.Patience);
        await rig.UntilAsync("(select count(*) from hangfire.set where key = 'recurring-jobs') = 3");
    }

    [Fact]
    public async Task A_lock_that_a_crash_left_in_the_database_does_not_stop_the_jobs_of_every_minute()
    {
        await using var rig = await PipelineRig.CreateAsync(broker);
        await rig.DataSource.ExecuteAsync("""
            insert into hangfire.lock (resource, updatecount, acquired) values ('hangfire:recurring-jobs:lock', 0, now() - interval '2 minutes')
            """);

        await rig.StartAsync("Scoring");

        await rig.UntilAsync("exists (select from hangfire.hash where key = 'recurring-job:watch-health' and field = 'LastExecution')");
    }

    /// <summary>Slow work of which some is done, some is running and some waits.</summary>
    private async Task<PipelineRig> RunningAsync(int documents)
    {
        var rig = await PipelineRig.CreateAsync(broker);
        await rig.SubmitAsync(Backlog.Tickets(documents, Slow));
        await rig.StartAsync("Ingest", "EmbedWorker", "Scoring");
        await rig.StartFaultyAsync("summarize");
        await rig.UntilSummarizedAsync(32);
        await rig.UntilMidChunkAsync("summarize");
        return rig;
    }
}
