using System.Diagnostics;
using Pipeline.Testing;

namespace Pipeline.EndToEnd.Tests;

[Collection(EndToEndTests.Name)]
public sealed class RequestLaneTests(BrokerFixture broker)
{
    private const string Similarity = """{"query": "水泵漏水", "candidates": ["地下室水泵漏水"]}""";

    [Fact]
    public async Task Without_a_worker_a_request_is_answered_at_once_and_with_one_it_works()
    {
        await using var rig = await PipelineRig.CreateAsync(broker);
        var scoring = await rig.StartOneAsync("Scoring");
        using var reader = await ApiClient.CreateAsync(scoring, rig.Database, "reader");
        // The service starts without waiting for the broker.
        await rig.UntilAsync(async () => (await reader.PostAsync("/api/similarity", Similarity))["code"] != "broker-away", () => "Scoring is not connected.");

        var clock = Stopwatch.StartNew();
        var refused = (await reader.PostAsync("/api/similarity", Similarity)).AssertProblem(503, "no-worker");
        (await reader.PostAsync("/api/summarize", """{"text": "水泵漏水，已更换。"}""")).AssertProblem(503, "no-worker");
        var waited = clock.Elapsed;
        await rig.StartAsync("EmbedWorker", "SummarizeWorker");

        Assert.InRange(waited, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.Equal("5", refused.Headers["Retry-After"]);
        // Until the engine is there, the answer is "come again".
        await rig.UntilAsync(async () => (await reader.PostAsync("/api/similarity", Similarity)).Status == 200, () => "No vector.");
        await rig.UntilAsync(async () => (await reader.PostAsync("/api/summarize", """{"text": "水泵漏水，已更换。"}""")).Status == 200, () => "No summary.");
    }

    [Fact]
    public async Task An_embedder_that_the_worker_can_not_run_is_named()
    {
        await using var rig = await PipelineRig.CreateAsync(broker);
        var scoring = await rig.StartOneAsync("Scoring");
        await rig.StartAsync("EmbedWorker");
        using var reader = await ApiClient.CreateAsync(scoring, rig.Database, "reader");
        await rig.UntilAsync(async () => (await reader.PostAsync("/api/similarity", Similarity)).Status == 200, () => "No answer.");
        await rig.DataSource.ExecuteAsync("""
            insert into pipeline.recipes (name, stage, engine, definition, sha256, dimensions, seconds_per_text)
            select 'elsewhere', stage, 'onnx', jsonb_set(jsonb_set(jsonb_set(definition, '{engine}', '"onnx"'), '{name}', '"elsewhere"'),
                   '{parameters}', '{"model": "elsewhere", "model_sha256": "00"}'), sha256('elsewhere'), dimensions, 1
            from pipeline.recipes where name = 'hashing'
            """);

        var refused = (await reader.PostAsync("/api/similarity", Similarity.Replace("}", ", \"embedder\": \"elsewhere\"}", StringComparison.Ordinal)))
            .AssertProblem(503, "recipe-not-runnable");

        Assert.Contains("elsewhere", refused["detail"], StringComparison.Ordinal);
        Assert.Equal(200, (await reader.PostAsync("/api/similarity", Similarity)).Status);
    }

    [Fact]
    public async Task A_backlog_does_not_delay_a_request()
    {
        await using var rig = await PipelineRig.CreateAsync(broker);
        var scoring = await rig.StartOneAsync("Scoring");
        await rig.StartFaultyAsync("embed");
        await rig.StartAsync("Ingest");
        using var reader = await ApiClient.CreateAsync(scoring, rig.Database, "reader");
        await rig.UntilAsync(async () => (await reader.PostAsync("/api/similarity", Similarity)).Status == 200, () => "No answer.");

        // Minutes of work, a fifth of a second a text.
        await rig.SubmitAsync([.. Backlog.Tickets(2000, "[[slow:200]]")]);
        await rig.UntilMidChunkAsync("embed");
        var clock = Stopwatch.StartNew();
        var answer = await reader.PostAsync("/api/similarity", Similarity);

        Assert.Equal(200, answer.Status);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.True(await rig.DataSource.ScalarAsync<bool>("""
            select count(*) > 1000 from pipeline.work_items i join pipeline.recipes r on r.id = i.recipe_id where r.stage = 'embed' and i.state <> 'done'
            """));
    }

    [Fact]
    public async Task Without_the_broker_Scoring_serves_its_pages_and_says_so_of_requests()
    {
        await using var rig = await PipelineRig.CreateAsync(broker);
        rig.Settings["PIPELINE__RABBITMQ"] = "amqp://nobody:nothing@127.0.0.1:1/";
        var scoring = await rig.StartOneAsync("Scoring");
        using var reader = await ApiClient.CreateAsync(scoring, rig.Database, "reader");

        (await reader.PostAsync("/api/similarity", Similarity)).AssertProblem(503, "broker-away");
        Assert.Equal(200, (await reader.GetAsync("/api/batches")).Status);
        Assert.Equal(0, await scoring.StopAsync(TimeSpan.FromSeconds(30)));
    }
}
