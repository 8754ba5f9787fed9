using Pipeline.Storage.Intake;
using Pipeline.Testing;

namespace Pipeline.EndToEnd.Tests;

[Collection(EndToEndTests.Name)]
public sealed class WorkerFaultTests(BrokerFixture broker)
{
    [Theory]
    [InlineData("embed", "SummarizeWorker")]
    [InlineData("summarize", "EmbedWorker")]
    public async Task A_worker_that_is_killed_in_the_middle_of_a_chunk_costs_its_texts_one_attempt(string step, string other)
    {
        await using var rig = await PipelineRig.CreateAsync(broker);
        await rig.SubmitAsync(Marked(500, "[[slow:20]]"));
        await rig.StartAsync("Ingest", "Scoring", other);
        var worker = await rig.StartFaultyAsync(step);
        await rig.UntilAsync($"(select count(*) from pipeline.work_items w join pipeline.recipes r on r.id = w.recipe_id "
            + $"where r.stage = '{step}' and w.state = 'done') > 0");
        await rig.UntilMidChunkAsync(step);

        await worker.KillAsync();
        var caught = await rig.DataSource.ScalarAsync<long>("""
            select count(*) from pipeline.work_items w join pipeline.recipes r on r.id = w.recipe_id where w.state = 'running' and r.stage = $1
            """, step);
        await rig.StartFaultyAsync(step);
        await rig.AssertHealedAsync();

        Assert.InRange(caught, 1, 128);
        Assert.Equal(0, await CountAsync(rig, "state <> 'done' or attempts > 2"));
        Assert.InRange(await CountAsync(rig, "attempts = 2"), 1, caught);
    }

    [Fact]
    public async Task A_text_that_kills_the_process_is_quarantined_and_its_neighbours_are_done()
    {
        await using var rig = await PipelineRig.CreateAsync(broker);
        await rig.SubmitAsync([.. Marked(100, ""), .. Poison(101, "[[crash]]")]);
        await rig.StartAsync("Ingest", "EmbedWorker", "Scoring");
        var crashes = 0;
        var worker = await rig.StartFaultyAsync("summarize");

        // What a supervisor does.
        await rig.UntilAsync(
            async () =>
            {
                if (worker.HasExited)
                {
                    Assert.True(++crashes <= 3, $"It crashes again and again.\n{worker.Log}");
                    worker = await rig.StartFaultyAsync("summarize");
                }

                return await CountAsync(rig, "state = 'quarantined'") == 1;
            },
            () => "The text is not quarantined.");
        await rig.AssertHealedAsync();

        Assert.Equal(3, crashes);
        Assert.Equal("worker-lost", await rig.DataSource.ScalarAsync<string>(
            "select string_agg(error_code, ',') from pipeline.failures where id = 'poison' and attempts = 3"));
        Assert.Equal(100, await rig.DataSource.ScalarAsync<long>("select count(*) from pipeline.results where state = 'done'"));
    }

    [Theory]
    [InlineData("summarize", "[[throw]]", "engine-error")]
    [InlineData("summarize", "[[hang]]", "timeout")]
    [InlineData("summarize", "[[bad]]", "bad-summary")]
    [InlineData("embed", "[[bad]]", "bad-vector")]
    public async Task A_text_that_the_engine_cannot_do_is_quarantined_and_its_neighbours_are_done(string step, string fault, string code)
    {
        await using var rig = await PipelineRig.CreateAsync(broker);
        rig.Settings["PIPELINE__SUMMARIZEWORKER__TEXTDEADLINE"] = "00:00:01";
        await rig.SubmitAsync([.. Marked(100, ""), .. Poison(101, fault)]);
        await rig.StartAsync("Ingest", "Scoring", step == "embed" ? "SummarizeWorker" : "EmbedWorker");
        var worker = await rig.StartFaultyAsync(step);
        await rig.AssertHealedAsync();

        Assert.False(worker.HasExited);
        Assert.Equal(code, await rig.DataSource.ScalarAsync<string>(
            "select string_agg(distinct error_code, ',') from pipeline.failures where id = 'poison' and attempts = 3"));
        Assert.Equal(100, await rig.DataSource.ScalarAsync<long>("select count(*) from pipeline.results where state = 'done'"));
        Assert.DoesNotContain("[[", worker.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_that_is_asked_to_stop_ends_in_order_and_gives_back_what_it_has_not_begun()
    {
        await using var rig = await PipelineRig.CreateAsync(broker);
        await rig.SubmitAsync(Marked(300, "[[slow:20]]"));
        await rig.StartAsync("Ingest", "Scoring", "EmbedWorker");
        var worker = await rig.StartFaultyAsync("summarize");
        await rig.UntilSummarizedAsync(1);
        await rig.UntilMidChunkAsync("summarize");

        Assert.Equal(0, await worker.StopAsync(TimeSpan.FromSeconds(15)));
        Assert.Equal(0, await CountAsync(rig, "state = 'running' and recipe_id in (select id from pipeline.recipes where stage = 'summarize')"));
        Assert.InRange(await rig.DataSource.ScalarAsync<long>("select count(*) from pipeline.summaries"), 1, 299);

        await rig.StartFaultyAsync("summarize");
        await rig.AssertHealedAsync();
        Assert.Equal("done/1 300", await rig.AttemptsAsync("summarize"));
    }

    private static IReadOnlyList<IntakeDocument> Marked(int count, string mark) => Backlog.Tickets(count, mark);

    private static IReadOnlyList<IntakeDocument> Poison(int line, string fault) => [Backlog.Document(line, "poison", fault + "会议室投影仪无法启动，更换灯泡。")];

    private static Task<long> CountAsync(PipelineRig rig, string condition) =>
        rig.DataSource.ScalarAsync<long>($"select count(*) from pipeline.work_items where {condition}");
}
