using System.Text.Json;
using Pipeline.Testing;

namespace Pipeline.EndToEnd.Tests;

/// <summary>Imported models through all services. Their weights are random: what they write means nothing, and it has to arrive.</summary>
[Collection(EndToEndTests.Name)]
public sealed class ModelTests(BrokerFixture broker) : IDisposable
{
    private const int Tickets = 6;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("models-end-to-end-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_demo_runs_an_imported_embedder_and_generator_beside_the_baselines()
    {
        await using var rig = await CreateAsync();
        await rig.StartAsync("Ingest", "EmbedWorker", "SummarizeWorker", "Scoring");
        var embedder = TinyBert.Create().WriteTo(Path.Combine(_folder.FullName, "tiny-bert"));

        var printed = await rig.CliAsync("demo", "--models", embedder, ModelFixtures.Path("bloom-a"), "--file", await WriteTicketsAsync());
        await rig.AssertHealedAsync();

        Assert.Contains("bloom-a", printed, StringComparison.Ordinal);
        Assert.Contains("cosine of text and summary by 'tiny-bert'", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("hashing", printed, StringComparison.Ordinal);
        Assert.Equal($"bloom-a {Tickets}, extractive {Tickets}, lead {Tickets}", await rig.DataSource.ScalarAsync<string>("""
            select string_agg(recipe || ' ' || n, ', ' order by recipe)
            from (select recipe, count(*) as n from pipeline.results where state = 'done' group by recipe) r
            """));
        Assert.Equal($"{Tickets}", await rig.DataSource.ScalarAsync<string>("""
            select count(*)::text from pipeline.results
            where recipe = 'bloom-a' and source_tokens > 0 and read_tokens = source_tokens and prompt_tokens > read_tokens and output_tokens between 1 and 128
            """));
        Assert.Equal(TinyBert.Hidden, await rig.DataSource.ScalarAsync<int>("""
            select min(vector_dims(vector)) from pipeline.embeddings e join pipeline.recipes r on r.id = e.recipe_id where r.name = 'tiny-bert'
            """));

        // The recipe in the database names the model by its hash, and the same command finds the same batch.
        Assert.Equal(64, await rig.DataSource.ScalarAsync<int>("select length(definition -> 'parameters' ->> 'model_sha256') from pipeline.recipes where name = 'bloom-a'"));
        Assert.Contains("submitted before", await rig.CliAsync("demo", "--models", "tiny-bert", "bloom-a", "--file", await WriteTicketsAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_is_gone_refuses_its_texts_with_the_reason_and_after_its_return_they_are_done()
    {
        await using var rig = await CreateAsync();
        await rig.CliAsync("models", "import", ModelFixtures.Path("bloom-a"));
        await rig.CliAsync("recipes", "add", await WriteAsync("recipe.json", """{"name": "brief", "engine": "onnx", "model": "bloom-a", "max_new_tokens": 8}"""));
        var place = Path.Combine(_folder.FullName, "store", "bloom-a");
        Directory.Move(place, place + ".away");
        await rig.StartAsync("Ingest", "EmbedWorker", "SummarizeWorker", "Scoring");
        await rig.CliAsync("submit", await WriteTicketsAsync(), "--recipe", "brief", "extractive");
        await rig.UntilAsync($"(select count(*) from pipeline.work_items where error_code = 'recipe-not-runnable' and error_reason like '%no model ''bloom-a''%') = {Tickets}");
        await rig.UntilAsync($"(select count(*) from pipeline.results where recipe = 'extractive' and state = 'done') = {Tickets}");

        Directory.Move(place + ".away", place);
        await rig.CliAsync("failures", "requeue");
        await rig.AssertHealedAsync();
        Assert.Equal(Tickets, await rig.DataSource.ScalarAsync<long>("select count(*) from pipeline.results where recipe = 'brief' and state = 'done'"));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<PipelineRig> CreateAsync()
    {
        var rig = await PipelineRig.CreateAsync(broker);
        rig.Settings["PIPELINE__MODELS"] = Path.Combine(_folder.FullName, "store");
        rig.Settings["PIPELINE__RECIPES"] = Path.Combine(_folder.FullName, "recipes");

        // A model is loaded within the first lease.
        rig.Settings["PIPELINE__EMBEDWORKER__LEASE"] = rig.Settings["PIPELINE__SUMMARIZEWORKER__LEASE"] = "00:01:00";
        return rig;
    }

    private Task<string> WriteTicketsAsync() => WriteAsync("tickets.jsonl", string.Join('\n', Backlog.Tickets(Tickets)
        .Select(ticket => JsonSerializer.Serialize(new { id = ticket.ExternalId, text = ticket.Text, reference = ticket.Reference }))));

    private async Task<string> WriteAsync(string name, string content)
    {
        var path = Path.Combine(_folder.FullName, name);
        await File.WriteAllTextAsync(path, content, Token);
        return path;
    }
}
