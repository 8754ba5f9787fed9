using Pipeline.Contracts;
using Pipeline.Storage.Ledger;
using Pipeline.Testing;

namespace Pipeline.EndToEnd.Tests;

[Collection(EndToEndTests.Name)]
public sealed class DispatcherFaultTests(BrokerFixture broker)
{
    private const string Leading = "This dispatcher is the active one";

    [Fact]
    public async Task Chunks_that_a_killed_dispatcher_committed_and_never_sent_are_sent_by_the_next_one()
    {
        await using var rig = await PipelineRig.CreateAsync(broker);
        await rig.SubmitAsync(Backlog.Tickets(200));

        // Exactly what a process leaves behind that ends between the commit and the send.
        var ledger = new DispatchLedger(rig.DataSource);
        foreach (var (stage, queue) in new[] { ("embed", QueueNames.EmbedTexts), ("summarize", QueueNames.SummarizeTexts) })
        {
            foreach (var (recipe, size) in await ledger.ReadyRecipesAsync(stage, TestContext.Current.CancellationToken))
            {
                await ledger.FormChunksAsync(recipe, queue, size, 2, TestContext.Current.CancellationToken);
            }
        }

        await rig.StartAsync("Ingest", "EmbedWorker", "SummarizeWorker", "Scoring");
        await rig.AssertHealedAsync();
        Assert.Equal("done/1 200", await rig.AttemptsAsync("summarize"));
    }

    [Fact]
    public async Task A_dispatcher_that_is_killed_while_it_sends_loses_nothing()
    {
        await using var rig = await PipelineRig.CreateAsync(broker);
        var ingest = await rig.StartOneAsync("Ingest");
        await rig.SubmitAsync(Backlog.Tickets(3000));
        await rig.UntilAsync("(select count(*) from pipeline.chunks) > 0");

        await ingest.KillAsync();
        await rig.StartAsync("Ingest", "EmbedWorker", "SummarizeWorker", "Scoring");

        await rig.AssertHealedAsync();
        Assert.Equal("done/1 3000", await rig.AttemptsAsync("summarize"));
    }

    [Fact]
    public async Task Of_two_dispatchers_one_leads_and_the_other_takes_over_when_it_dies()
    {
        await using var rig = await PipelineRig.CreateAsync(broker);
        var first = await rig.StartOneAsync("Ingest");
        await Eventually.TrueAsync(() => first.Log.Contains(Leading, StringComparison.Ordinal), PipelineRig.Patience, () => first.Log);
        var second = await rig.StartOneAsync("Ingest");
        await rig.StartAsync("EmbedWorker", "SummarizeWorker", "Scoring");
        await rig.SubmitAsync(Backlog.Tickets(100));
        await rig.AssertHealedAsync();
        Assert.DoesNotContain(Leading, second.Log, StringComparison.Ordinal);

        await first.KillAsync();
        await rig.SubmitAsync(Backlog.Tickets(100, "and one hundred more"));
        await rig.AssertHealedAsync();

        Assert.Contains(Leading, second.Log, StringComparison.Ordinal);
    }
}
