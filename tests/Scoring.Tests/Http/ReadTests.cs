using System.Text.Json;
using Pipeline.Scoring.Tests.Jobs;
using Pipeline.Storage.Alerts;
using Pipeline.Testing;

namespace Pipeline.Scoring.Tests.Http;

public sealed class ReadTests(ReadTests.World world) : IClassFixture<ReadTests.World>
{
    private const int Documents = 25;
    private const string Filed = "=机房";

    [Fact]
    public async Task Pages_of_results_follow_each_other_in_input_order_until_the_last()
    {
        using var reader = await world.ClientAsync("reader");
        var lines = new List<long>();
        var pages = 0;
        for (var path = "/api/batches/tests/results?limit=10"; path is not null; pages++)
        {
            var page = await reader.GetAsync(path);
            Assert.True(page.Status == 200, page.Body);
            lines.AddRange(page.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("line").GetInt64()));
            path = page["next_cursor"] is { Length: > 0 } cursor ? $"/api/batches/tests/results?limit=10&cursor={cursor}" : null;
        }

        Assert.Equal(3, pages);
        Assert.Equal(Enumerable.Range(1, Documents).Select(i => (long)i), lines);
    }

    [Fact]
    public async Task The_whole_batch_comes_as_csv_lines_or_as_openai_writes_it()
    {
        using var reader = await world.ClientAsync("reader");

        var csv = await reader.GetAsync("/api/batches/tests/results?format=csv");
        var lines = await reader.GetAsync("/api/batches/tests/results?format=ndjson&recipe=summarize");
        var openAi = await reader.GetAsync("/api/batches/tests/results?format=openai");

        Assert.Equal("text/csv", csv.Type);
        Assert.StartsWith("line,id,state,recipe,summary,", csv.Body, StringComparison.Ordinal);
        Assert.Equal(Documents + 1, csv.Body.TrimEnd().Split("\r\n").Length);
        // A ticket that begins like a formula is disarmed.
        Assert.Contains(",'=1+2 打印", csv.Body, StringComparison.Ordinal);
        Assert.Equal(Documents, lines.Body.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement.GetProperty("summary").GetString()!).Count());
        var page = await reader.GetAsync("/api/batches/tests/results?limit=1&provenance=true");
        var whole = await reader.GetAsync("/api/batches/tests/results?format=csv&provenance=true");
        Assert.Equal(await world.RecipeHashAsync(), page.Json.GetProperty("items")[0].GetProperty("recipe_sha256").GetString());
        Assert.Contains(",recipe_sha256,", whole.Body.Split("\r\n")[0], StringComparison.Ordinal);
        Assert.Contains("\"custom_id\":\"T-1\"", openAi.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Statistics_come_with_pages_and_streams_as_the_view_has_them()
    {
        using var reader = await world.ClientAsync("reader");
        await Eventually.TrueAsync(
            async () => (await reader.GetAsync("/api/batches/tests"))["state"] == "finished", TimeSpan.FromSeconds(60), () => world.Service.Log);

        var page = await reader.GetAsync("/api/batches/tests/results?limit=2&statistics=true");
        var lines = await reader.GetAsync("/api/batches/tests/results?format=ndjson&statistics=true");
        var csv = await reader.GetAsync("/api/batches/tests/results?format=csv&statistics=true");

        Assert.EndsWith(",coverage,density,compression_newsroom,novel_1gram,novel_2gram,novel_3gram,repeated_1gram,repeated_2gram,number_precision,facts,"
            + "fact_precision,unsupported,at_risk,failures", csv.Body.Split("\r\n")[0], StringComparison.Ordinal);
        var viewed = await world.Database.DataSource.ColumnAsync<double>("select density::float8 from pipeline.text_scores where batch = 'tests' order by line");
        Assert.Equal(Documents, viewed.Count);
        Assert.Equal(viewed, lines.Body.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement.GetProperty("density").GetDouble()));
        Assert.Equal(viewed.Take(2), page.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("density").GetDouble()));
        Assert.DoesNotContain("density", (await reader.GetAsync("/api/batches/tests/results?limit=1")).Body, StringComparison.Ordinal);
        (await reader.GetAsync("/api/batches/tests/results?format=openai&statistics=true")).AssertProblem(400, "bad-format");
    }

    [Fact]
    public async Task The_category_comes_with_pages_and_streams_and_is_null_where_there_is_none()
    {
        using var reader = await world.ClientAsync("reader");
        string?[] expected = [null, Filed, null];

        var page = await reader.GetAsync("/api/batches/tests/results?limit=3");
        var lines = await reader.GetAsync("/api/batches/tests/results?format=ndjson&statistics=true");
        var csv = await reader.GetAsync("/api/batches/tests/results?format=csv");

        Assert.Equal(expected, page.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("category").GetString()));
        Assert.Equal(expected, lines.Body.Split('\n').Take(3).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("category").GetString()));
        // A category that begins like a formula is disarmed.
        Assert.Equal(["category", "", "'" + Filed, ""], csv.Body.Split("\r\n").Take(4).Select(line => line.Split(',')[^1]));
    }

    [Fact]
    public async Task A_cursor_is_good_for_its_own_list_only()
    {
        using var reader = await world.ClientAsync("reader");
        var cursor = (await reader.GetAsync("/api/batches/tests/results?limit=10"))["next_cursor"];

        (await reader.GetAsync($"/api/batches/tests/failures?cursor={cursor}")).AssertProblem(400, "stale-cursor");
        (await reader.GetAsync($"/api/batches/tests/results?recipe=summarize&cursor={cursor}")).AssertProblem(400, "stale-cursor");
        (await reader.GetAsync("/api/batches/tests/results?cursor=abc")).AssertProblem(400, "stale-cursor");
        (await reader.GetAsync("/api/batches/tests/results?cursor=%00")).AssertProblem(400, "stale-cursor");
        (await reader.GetAsync($"/api/batches/tests/results?format=csv&cursor={cursor}")).AssertProblem(400, "no-pages");
        (await reader.GetAsync("/api/batches/tests/results?limit=0")).AssertProblem(400, "bad-limit");
        (await reader.GetAsync("/api/batches/tests/results?limit=ten")).AssertProblem(400, "bad-request");
        (await reader.GetAsync("/api/batches/tests/results?format=xml")).AssertProblem(400, "bad-format");
        (await reader.GetAsync("/api/batches/tests/results?recipe=nothing")).AssertProblem(400, "unknown-recipe");
        (await reader.GetAsync("/api/batches/tests/results?reciep=summarize")).AssertProblem(400, "unknown-parameter");
    }

    [Fact]
    public async Task Batches_scores_and_recipes_are_listed()
    {
        using var reader = await world.ClientAsync("reader");
        await Eventually.TrueAsync(
            async () => (await reader.GetAsync("/api/batches/tests"))["state"] == "finished", TimeSpan.FromSeconds(60), () => world.Service.Log);

        var batches = (await reader.GetAsync("/api/batches?limit=1")).Json;
        var scores = (await reader.GetAsync("/api/batches/tests/scores")).Json;
        var recipes = (await reader.GetAsync("/api/recipes")).Json;

        Assert.Equal("tests", batches.GetProperty("items")[0].GetProperty("name").GetString());
        Assert.Equal(100, batches.GetProperty("items")[0].GetProperty("percent").GetInt32());
        Assert.Equal(Documents, scores.GetProperty("health")[0].GetProperty("lines").GetInt32());
        Assert.Equal(Documents, scores.GetProperty("rouge")[0].GetProperty("documents").GetInt32());
        Assert.Equal(["embed", "summarize"], recipes.EnumerateArray().Select(recipe => recipe.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Two_recipes_are_compared_and_what_can_not_be_is_refused()
    {
        using var reader = await world.ClientAsync("reader");
        using var stranger = await world.ClientAsync("reader", "stranger");
        await Eventually.TrueAsync(
            async () => (await reader.GetAsync("/api/batches/tests"))["state"] == "finished", TimeSpan.FromSeconds(60), () => world.Service.Log);

        var itself = await reader.GetAsync("/api/compare?batch=tests&a=summarize&b=summarize&metric=rougeL&metric=compression&slice=length&differences=5");

        Assert.True(itself.Status == 200, itself.Body);
        var row = itself.Json.GetProperty("comparisons")[0];
        Assert.Equal(("all", "rougeL", Documents, 0, 1), (
            row.GetProperty("slice").GetString(), row.GetProperty("metric").GetString(), row.GetProperty("n").GetInt32(), row.GetProperty("delta").GetDouble(),
            row.GetProperty("p_holm").GetDouble()));
        Assert.Equal("rougeL", itself["differences_by"]);
        Assert.Empty(itself.Json.GetProperty("lower").EnumerateArray());
        Assert.NotEmpty(itself["rouge_signature"]!);
        (await reader.GetAsync("/api/compare?batch=tests&a=summarize&b=nobody")).AssertProblem(400, "bad-comparison");
        (await reader.GetAsync("/api/compare?batch=tests&a=summarize&b=summarize&metric=bleu")).AssertProblem(400, "bad-comparison");
        (await reader.GetAsync("/api/compare?batch=tests&a=summarize&b=summarize&signature=other")).AssertProblem(400, "bad-comparison");
        (await reader.GetAsync("/api/compare?batch=tests&a=summarize&b=summarize&differences=101")).AssertProblem(400, "bad-limit");
        (await reader.GetAsync("/api/compare?batch=tests&a=summarize")).AssertProblem(400, "bad-request");
        (await stranger.GetAsync("/api/compare?batch=tests&a=summarize&b=summarize")).AssertProblem(404, "no-such-batch");
    }

    [Fact]
    public async Task Failures_are_shown_and_a_writer_may_give_them_another_try()
    {
        using var reader = await world.ClientAsync("reader", "failing");
        using var writer = await world.ClientAsync("writer", "failing");
        await world.FailAsync("failing");

        var first = await reader.GetAsync("/api/batches/broken/failures?limit=2");
        var second = await reader.GetAsync($"/api/batches/broken/failures?limit=2&cursor={first["next_cursor"]}");
        (await reader.PostAsync("/api/batches/broken/requeue")).AssertProblem(403, "forbidden");
        var requeued = await writer.PostAsync("/api/batches/broken/requeue");

        Assert.Equal((2, 1), (first.Json.GetProperty("items").GetArrayLength(), second.Json.GetProperty("items").GetArrayLength()));
        Assert.Equal("out-of-paper", first.Json.GetProperty("items")[0].GetProperty("code").GetString());
        Assert.Equal("3", requeued["work_items"]);
        Assert.Empty((await reader.GetAsync("/api/batches/broken/failures")).Json.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Tenants_see_their_own_and_roles_do_what_they_may()
    {
        using var stranger = await world.ClientAsync("admin", "stranger");
        using var nobody = new ApiClient(world.Service, null);
        using var reader = await world.ClientAsync("reader");

        Assert.Empty((await stranger.GetAsync("/api/batches")).Json.GetProperty("items").EnumerateArray());
        foreach (var path in (string[])["", "/results", "/results?format=csv", "/failures", "/scores"])
        {
            (await stranger.GetAsync("/api/batches/tests" + path)).AssertProblem(404, "no-such-batch");
            (await nobody.GetAsync("/api/batches/tests" + path)).AssertProblem(401, "unauthorized");
        }

        (await stranger.PostAsync("/api/batches/tests/requeue")).AssertProblem(404, "no-such-batch");
        (await reader.GetAsync("/api/status")).AssertProblem(403, "forbidden");
        Assert.Equal(200, (await stranger.GetAsync("/api/status")).Status);
        Assert.Equal(401, (await reader.GetAsync("/hangfire")).Status);
    }

    [Fact]
    public async Task An_alert_of_the_tenant_is_shown_and_can_be_acknowledged()
    {
        using var reader = await world.ClientAsync("reader", "alarmed");
        using var writer = await world.ClientAsync("writer", "alarmed");
        using var stranger = await world.ClientAsync("admin", "stranger");
        var alert = await new AlertLedger(world.Database.DataSource).RaiseAsync(
            new Alert("test-rule", "lead", AlertSeverity.Critical, "Something is wrong.", "select 1") { Tenant = "alarmed", Value = 0.5 },
            TestContext.Current.CancellationToken);
        var path = $"/api/alerts/{alert.Id}/acknowledge";

        var shown = (await reader.GetAsync("/api/alerts")).Json[0];
        (await reader.PostAsync(path)).AssertProblem(403, "forbidden");
        (await stranger.PostAsync(path)).AssertProblem(404, "no-such-alert");
        var acknowledged = await writer.PostAsync(path);

        Assert.Equal(("test-rule", "critical"), (shown.GetProperty("rule").GetString(), shown.GetProperty("severity").GetString()));
        Assert.Equal(200, acknowledged.Status);
        Assert.NotEmpty(acknowledged["acknowledged_by"]!);
        Assert.DoesNotContain("test-rule", (await stranger.GetAsync("/api/alerts?all=true")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_that_is_being_pruned_is_gone()
    {
        using var reader = await world.ClientAsync("reader", "pruned");
        await world.FailAsync("pruned");
        await world.Database.DataSource.ExecuteAsync("update pipeline.batches set state = 'pruning' where tenant = 'pruned'");

        (await reader.GetAsync("/api/batches/broken/results")).AssertProblem(410, "batch-pruned");
    }

    /// <summary>The service, and a batch whose summaries wait for their scores.</summary>
    public sealed class World : IAsyncLifetime
    {
        private ServiceProcess? _service;

        public DatabaseFixture Database { get; } = new();

        public ServiceProcess Service => _service ?? throw new InvalidOperationException(TestServers.Postgres);

        public Task<ApiClient> ClientAsync(string role, string tenant = "default") => ApiClient.CreateAsync(Service, Database, role, tenant);

        public async ValueTask InitializeAsync()
        {
            await Database.InitializeAsync();
            if (!TestServers.HasPostgres)
            {
                return;
            }

            var tickets = Backlog.Tickets(Documents).Select(ticket => ticket.ExternalId switch
            {
                "T-2" => ticket with { Category = Filed },
                "T-3" => Backlog.Document(ticket.Line, ticket.ExternalId, "=1+2 打印机无法启动，已更换电源。", ticket.Reference),
                _ => ticket,
            });
            await ScoringWorld.PrepareAsync(Database.DataSource, [.. tickets]);
            _service = await ScoringProcess.StartAsync(Database);
        }

        /// <summary>A batch 'broken' of three lines whose summaries could not be made.</summary>
        public async Task FailAsync(string tenant)
        {
            var (embedder, summarizer) = (await RecipeAsync("embed"), await RecipeAsync("summarize"));
            await Backlog.LoadAsync(
                Database.DataSource,
                new Storage.Intake.BatchSubmission(tenant, "broken", "tests", System.Security.Cryptography.SHA256.HashData([2]), embedder, [summarizer]),
                Backlog.Tickets(3, tenant));
            await Database.DataSource.ExecuteAsync("""
                update pipeline.work_items w set state = 'quarantined', attempts = 3, error_code = 'out-of-paper', error_reason = 'none left'
                from pipeline.documents d where d.tenant = $1 and d.text_id = w.text_id and w.recipe_id = $2
                """, tenant, summarizer);
        }

        public async ValueTask DisposeAsync()
        {
            if (_service is not null)
            {
                await _service.DisposeAsync();
            }

            await Database.DisposeAsync();
        }

        public Task<string> RecipeHashAsync() => Database.ScalarAsync<string>("select encode(sha256, 'hex') from pipeline.recipes where name = 'summarize'");

        private Task<int> RecipeAsync(string name) => Database.ScalarAsync<int>("select id from pipeline.recipes where name = $1", name);
    }
}
