using Pipeline.Testing;

namespace Pipeline.EndToEnd.Tests;

[Collection(EndToEndTests.Name)]
public sealed class FaultRunTests(BrokerFixture broker)
{
    [Fact]
    public async Task Results_after_killed_workers_equal_those_of_a_calm_run_bit_for_bit()
    {
        var calm = await RunAsync(faults: false);
        var faulty = await RunAsync(faults: true);

        Assert.Equal(300, calm.Count);
        Assert.Equal(calm, faulty);
    }

    private async Task<IReadOnlyList<string>> RunAsync(bool faults)
    {
        await using var rig = await PipelineRig.CreateAsync(broker);
        await rig.SubmitAsync(Backlog.Tickets(300, "[[slow:10]]"));
        await rig.StartAsync("Ingest", "Scoring");
        var embedder = await rig.StartFaultyAsync("embed");
        var summarizer = await rig.StartFaultyAsync("summarize");
        if (faults)
        {
            await rig.UntilSummarizedAsync(64);
            await rig.UntilMidChunkAsync("summarize");
            await summarizer.KillAsync();
            await embedder.KillAsync();
            await rig.StartFaultyAsync("embed");
            await rig.StartFaultyAsync("summarize");
        }

        await rig.AssertHealedAsync();
        await using var command = rig.DataSource.CreateCommand("""
            select t.body || '|' || st.body || '|' || s.finish_reason || '|' || e.vector::text || '|' || se.vector::text || '|' || h.cosine
            from pipeline.summaries s
            join pipeline.texts t on t.id = s.text_id
            join pipeline.texts st on st.id = s.summary_text_id
            join pipeline.embeddings e on e.text_id = t.id
            join pipeline.embeddings se on se.text_id = st.id
            join pipeline.health_scores h on h.text_id = t.id and h.recipe_id = s.recipe_id
            order by 1
            """);
        var rows = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }
}
