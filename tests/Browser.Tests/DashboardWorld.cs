using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Playwright;
using Pipeline.Contracts;
using Pipeline.Inference.Recipes;
using Pipeline.Scoring;
using Pipeline.ServiceDefaults;
using Pipeline.Storage.Reviews;
using Pipeline.Testing;

namespace Pipeline.Browser.Tests;

/// <summary>
/// A batch that real services took through the whole pipeline, the dashboard over it, and the distribution's Chromium. Every text field of
/// the batch holds something that must not become markup.
/// </summary>
public sealed class DashboardWorld : IAsyncLifetime
{
    public const string Password = "geheim-密码";
    public const string Script = "<script>document.title='hacked'</script>";
    public const string Image = "\"><img src=x onerror=\"document.title='hacked'\">";
    public const string BatchName = "batch" + Image;

    /// <summary>A recipe whose engine draws its words when it is asked to. Nothing here runs it.</summary>
    public const string SamplingRecipe = "chat";

    private const int Documents = 60;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);
    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly DatabaseFixture _database = new();
    private readonly BrokerFixture _broker = new();
    private Dictionary<string, string> _settings = [];
    private ServiceProcess? _scoring;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public DatabaseFixture Database => _database;

    /// <summary>A review that takes ratings and has none.</summary>
    public long OpenReview { get; private set; }

    /// <summary>A review that two people rated, ended.</summary>
    public long ClosedReview { get; private set; }

    public Uri Address => _scoring?.Address ?? throw new InvalidOperationException("The dashboard does not run.");

    private static string Chromium => Environment.GetEnvironmentVariable("PIPELINE_TEST_CHROMIUM") is { Length: > 0 } own ? own : "/usr/bin/chromium";

    /// <summary>A browser window of its own, logged in unless told otherwise; skips the test when there is no browser or server.</summary>
    public async Task<Visit> OpenAsync(string path = "/", bool logIn = true, BrowserNewContextOptions? options = null)
    {
        _ = TestServers.Postgres;
        _ = TestServers.RabbitMq;
        if (!File.Exists(Chromium))
        {
            // On a build server a skipped test would be a hole that nobody sees.
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", $"{Chromium} is missing; './pipeline test' installs it.");
            Assert.Skip($"{Chromium} is missing; './pipeline test' installs it.");
        }

        Assertions.SetDefaultExpectTimeout((float)Visit.Patience.TotalMilliseconds);
        _playwright ??= await Playwright.CreateAsync();
        _browser ??= await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Args = ["--no-sandbox", "--disable-gpu"] });
        var visit = await Visit.StartAsync(_browser, Address, options);
        await visit.Page.GotoAsync(path);
        if (logIn)
        {
            await visit.LogInAsync(Password);
        }

        return visit;
    }

    /// <summary>An EmbedWorker, ready; the world itself has none any more.</summary>
    public Task<ServiceProcess> StartWorkerAsync() => ServiceProcess.Start("EmbedWorker", _settings).ReadyAsync(s_patience);

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        await _broker.InitializeAsync();
        if (!TestServers.HasPostgres || !TestServers.HasRabbitMq)
        {
            return;
        }

        HangfireStorage.Migrate(_database.ConnectionString);
        await using (var topology = new QueueTopology(new Uri(_broker.Address)))
        {
            foreach (var queue in QueueNames.All)
            {
                await topology.DeclareAsync(queue, CancellationToken.None);
            }
        }

        _settings = new Dictionary<string, string>
        {
            ["PIPELINE__POSTGRES"] = _database.ConnectionString,
            ["PIPELINE__RABBITMQ"] = _broker.Address,
            ["PIPELINE__OPERATORPASSWORD"] = Password,
            ["PIPELINE__DISPATCHER__POLLINTERVAL"] = "00:00:00.100",
        };
        var settings = _settings;
        _scoring = ServiceProcess.Start("Scoring", settings);
        await using var ingest = ServiceProcess.Start("Ingest", settings);
        await using var embed = ServiceProcess.Start("EmbedWorker", settings);
        await using var summarize = ServiceProcess.Start("SummarizeWorker", settings);
        foreach (var service in (ServiceProcess[])[_scoring, ingest, embed, summarize])
        {
            await service.ReadyAsync(s_patience);
        }

        var file = Path.Combine(Path.GetTempPath(), $"browser-{Guid.NewGuid():N}.jsonl");
        await File.WriteAllLinesAsync(file, Lines());
        await using (var submit = ServiceProcess.Start(
            "Cli", settings, "submit", file, "--id-column", "id", "--text-column", "text", "--reference-column", "reference", "--category-column", "kind",
            "--recipe", "extractive", "--recipe", "lead", "--batch", BatchName, "--source", "source" + Script, "--wait"))
        {
            // The line without a text makes it end with 1.
            Assert.True(await submit.ExitAsync(s_patience) == 1, submit.Log);
        }

        File.Delete(file);
        File.Delete(file + ".rejects.jsonl");

        // The workers are about to stop; what a worker would have given up stays as it is until the test requeues it.
        await _database.DataSource.ExecuteAsync("""
            update pipeline.work_items set state = 'quarantined', attempts = 3, error_code = 'timeout', error_reason = $1
            where (text_id, recipe_id) in (
                select l.text_id, l.recipe_id from pipeline.batch_lines l join pipeline.recipes r on r.id = l.recipe_id
                where r.name = 'lead' order by l.line limit 2)
            """, "no result within 5 minutes " + Script);
        var sampling = new RecipeDefinition
        {
            Name = SamplingRecipe, Stage = RecipeStage.Summarize, Engine = "openai", EngineVersion = "1",
            Parameters = RecipeDefinition.NoParameters.Add("temperature", "0.7"),
        };
        await _database.DataSource.ExecuteAsync(
            "insert into pipeline.recipes (name, stage, engine, definition, sha256, seconds_per_text) values ($1, 'summarize', $2, $3::jsonb, decode($4, 'hex'), 1)",
            sampling.Name, sampling.Engine, sampling.CanonicalJson, sampling.Sha256);
        OpenReview = (await CreateReviewAsync("open" + Image)).Id;
        ClosedReview = (await CreateReviewAsync("closed" + Image)).Id;
        foreach (var reviewer in (string[])["ann", "bo" + Script])
        {
            await RateAsync(ClosedReview, reviewer);
        }

        await new ReviewStore(_database.DataSource).CloseAsync(ClosedReview, CancellationToken.None);
    }

    /// <summary>A review of every document of the batch, with two summaries each.</summary>
    public async Task<ReviewRow> CreateReviewAsync(string name) => await new ReviewStore(_database.DataSource).CreateAsync(
        new ReviewDraft(
            name, BatchId: 1, [.. await _database.DataSource.ColumnAsync<int>("select recipe_id from pipeline.batch_recipes where batch_id = 1")],
            Documents + 1, Seed: 7),
        CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await (_browser?.CloseAsync() ?? Task.CompletedTask);
        _playwright?.Dispose();
        await (_scoring?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _database.DisposeAsync();
        await _broker.DisposeAsync();
    }

    // Longer summaries are denser, and one reviewer is kinder than the other.
    private async Task RateAsync(long review, string reviewer)
    {
        var ratings = new ReviewRatings(_database.DataSource);
        var given = new List<SummaryRating>();
        await foreach (var document in ratings.DocumentsAsync(review, CancellationToken.None))
        {
            given.AddRange(document.Summaries.Select(summary => new SummaryRating(
                document.Number, summary.Label, reviewer == "ann" ? 4 : 3, Math.Clamp(summary.Text.Length / 10, 1, 5), 5)));
        }

        await ratings.SaveAsync(review, reviewer, given, replaceAll: true, CancellationToken.None);
    }

    private static IEnumerable<string> Lines()
    {
        yield return JsonSerializer.Serialize(
            new { id = "XSS" + Image, text = $"{Script}打印机无法启动。{Image} 用户反映三楼打印机从上周开始无法启动。已更换电源模块。", reference = "打印机" + Script, kind = "markup" + Image }, s_json);
        foreach (var ticket in Backlog.Tickets(Documents))
        {
            yield return JsonSerializer.Serialize(new { id = ticket.ExternalId, text = ticket.Text, reference = ticket.Reference, kind = ticket.Text.Contains("电梯", StringComparison.Ordinal) ? "电梯" : null }, s_json);
        }

        yield return JsonSerializer.Serialize(new { id = "EMPTY" + Script, text = "", reference = "" }, s_json);
    }
}
