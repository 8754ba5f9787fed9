using System.Text.Encodings.Web;
using System.Text.Json;
using Pipeline.Testing;

namespace Pipeline.EndToEnd.Tests;

[Collection(EndToEndTests.Name)]
public sealed class HappyPathTests(BrokerFixture broker)
{
    private const int Documents = 2000;
    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task Two_thousand_documents_pass_all_services_and_a_second_submission_changes_nothing()
    {
        await using var rig = await PipelineRig.CreateAsync(broker);
        var folder = Directory.CreateTempSubdirectory("end-to-end-");
        var file = Path.Combine(folder.FullName, "tickets.jsonl");
        var tickets = Backlog.Tickets(Documents);

        // Every tenth text stands under a second id.
        var repeats = tickets.Where((_, i) => i % 10 == 0).Select(ticket => ticket with { ExternalId = ticket.ExternalId + "-again" }).ToList();
        await File.WriteAllLinesAsync(
            file, tickets.Concat(repeats).Select(ticket => JsonSerializer.Serialize(
                new { id = ticket.ExternalId, text = ticket.Text, reference = ticket.Reference }, s_json)),
            TestContext.Current.CancellationToken);
        string[] submit = ["submit", file, "--text-column", "text", "--id-column", "id", "--reference-column", "reference", "--json"];
        await rig.CliAsync("migrate");
        await rig.StartAsync("Ingest", "EmbedWorker", "SummarizeWorker", "Scoring");

        var first = await rig.CliAsync([.. submit, "--wait"]);
        await rig.AssertHealedAsync();
        var rows = await SnapshotAsync(rig);
        var second = await rig.CliAsync(submit);
        await rig.AssertHealedAsync();

        Assert.Contains($"\"accepted\":{Documents + repeats.Count}", first, StringComparison.Ordinal);
        Assert.Contains("\"resubmitted\":true", second, StringComparison.Ordinal);
        Assert.Equal(rows, await SnapshotAsync(rig));
        Assert.Equal($"done/1 {Documents}", await rig.AttemptsAsync("summarize"));
        Assert.Equal(Documents, await rig.DataSource.ScalarAsync<long>("select count(*) from pipeline.summaries"));
        Assert.Equal("done", await rig.DataSource.ScalarAsync<string>("select string_agg(distinct state, ',') from pipeline.results"));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Summaries_made_elsewhere_are_scored_without_a_service_that_summarises()
    {
        await using var rig = await PipelineRig.CreateAsync(broker);
        var folder = Directory.CreateTempSubdirectory("end-to-end-");
        var file = Path.Combine(folder.FullName, "tickets.jsonl");
        await File.WriteAllLinesAsync(
            file, Backlog.Tickets(50).Select(ticket => JsonSerializer.Serialize(
                new { id = ticket.ExternalId, text = ticket.Text, reference = ticket.Reference, human = ticket.Text[..12] }, s_json)),
            TestContext.Current.CancellationToken);
        await rig.CliAsync("migrate");
        await rig.StartAsync("Ingest", "EmbedWorker", "Scoring");

        await rig.CliAsync("submit", file, "--candidate-column", "human", "--wait");
        await rig.AssertHealedAsync();

        Assert.Equal(50, await rig.DataSource.ScalarAsync<long>("""
            select count(*) from pipeline.results r join pipeline.text_scores x using (batch_id, line, recipe)
            where recipe = 'candidate' and state = 'done' and rougel_f > 0 and cosine > 0 and x.coverage = 1
            """));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_stop_of_every_service_is_clean()
    {
        await using var rig = await PipelineRig.CreateAsync(broker);
        foreach (var service in (string[])["Ingest", "EmbedWorker", "SummarizeWorker", "Scoring"])
        {
            var process = await rig.StartOneAsync(service);
            Assert.Equal(0, await process.StopAsync(TimeSpan.FromSeconds(20)));
            Assert.DoesNotContain("fail:", process.Log, StringComparison.Ordinal);
        }
    }

    /// <summary>Everything that a submission could have changed.</summary>
    private static async Task<string> SnapshotAsync(PipelineRig rig)
    {
        var counts = new List<string>();
        foreach (var table in (string[])["batches", "batch_items", "documents", "texts", "work_items", "embeddings", "summaries", "rouge_scores", "health_scores"])
        {
            counts.Add($"{table} {await rig.DataSource.ScalarAsync<long>($"select count(*) from pipeline.{table}")}");
        }

        return string.Join(", ", counts) + await rig.DataSource.ScalarAsync<string>(
            "select md5(string_agg(recipe_id || ' ' || text_id || ' ' || updated_at, ',' order by recipe_id, text_id)) from pipeline.work_items");
    }
}
