using System.Text;
using System.Text.Json;
using Pipeline.Inference.Recipes;
using Pipeline.Scoring.Evaluations;
using Pipeline.Scoring.Tests.Evaluations;
using Pipeline.Scoring.Tests.Jobs;
using Pipeline.Storage.Evaluations;
using Pipeline.Testing;

namespace Pipeline.Scoring.Tests.Http;

public sealed class ScheduleEndpointsTests(ScheduleEndpointsTests.World world) : IClassFixture<ScheduleEndpointsTests.World>
{
    private const string Nightly = """{"name": "nightly", "cron": "0 3 * * *", "time_zone": "Asia/Shanghai", "recipes": ["summarize"], "pinned": 20, "fresh": 0}""";

    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    [Fact]
    public async Task A_schedule_is_made_changed_paused_run_and_removed()
    {
        using var writer = await world.ClientAsync("writer");
        using var reader = await world.ClientAsync("reader");
        var body = Nightly.Replace("nightly", "whole", StringComparison.Ordinal);

        var made = await writer.PostAsync("/api/schedules", body);
        Assert.True(made.Status == 201, made.Body);
        Assert.Equal("/api/schedules/whole", made.Headers["Location"]);
        Assert.Equal(("default", "20"), (made["tenant"], made["pinned"]));
        (await writer.PostAsync("/api/schedules", body)).AssertProblem(409, "conflict");

        var changed = await SendAsync(writer, HttpMethod.Patch, "/api/schedules/whole", """{"cron": "30 4 * * 1", "min_drop": 0.02}""");
        Assert.Equal(("30 4 * * 1", "0.02", "Asia/Shanghai"), (changed["cron"], changed["min_drop"], changed["time_zone"]));
        Assert.Equal("", (await writer.PostAsync("/api/schedules/whole/pause"))["next_run"]);
        Assert.NotEmpty((await writer.PostAsync("/api/schedules/whole/resume"))["next_run"]!);

        var run = await writer.PostAsync("/api/schedules/whole/run-now");
        Assert.Equal(("True", "20"), (run["is_new"], run["texts"]));
        Assert.Equal((run["run"], "False"), ((await writer.PostAsync("/api/schedules/whole/run-now"))["run"], (await writer.PostAsync("/api/schedules/whole/run-now"))["is_new"]));
        (await SendAsync(writer, HttpMethod.Put, "/api/schedules/whole/baseline", $$"""{"run": {{run["run"]}}}""")).AssertProblem(409, "conflict");
        var history = (await reader.GetAsync("/api/schedules/whole/runs?limit=5")).Json;
        Assert.Equal(("running", 20), (history[0].GetProperty("state").GetString(), history[0].GetProperty("open").GetInt32()));

        Assert.Equal(204, (await writer.DeleteAsync("/api/schedules/whole")).Status);
        (await reader.GetAsync("/api/schedules/whole")).AssertProblem(404, "no-such-schedule");
    }

    [Theory]
    [InlineData("0 3 * * *", "0 25 * * *")]
    [InlineData("Asia/Shanghai", "Asia/Shanghi")]
    [InlineData("\"pinned\": 20", "\"pinned\": 19")]
    [InlineData("nightly", "two words")]
    public async Task A_wish_that_breaks_a_rule_is_refused_with_the_words_of_the_rule(string sound, string broken)
    {
        using var writer = await world.ClientAsync("writer");
        var body = Nightly.Replace(sound, broken, StringComparison.Ordinal);
        var wish = JsonSerializer.Deserialize<ScheduleWish>(body, s_json)!;
        var rule = Assert.Throws<ScheduleException>(() => ScheduleRules.Check(
            new ScheduleDefinition
            {
                Name = wish.Name, Cron = wish.Cron, TimeZone = wish.TimeZone, RecipeIds = [], Pinned = wish.Pinned ?? 0, Fresh = wish.Fresh ?? 0,
            },
            TimeProvider.System.GetUtcNow()));

        var answer = (await writer.PostAsync("/api/schedules", body)).AssertProblem(400, "bad-schedule");

        Assert.Equal(rule.Message, answer["detail"]);
    }

    [Fact]
    public async Task A_stability_check_is_made_with_its_own_defaults_and_run()
    {
        using var writer = await world.ClientAsync("writer");
        await EvaluationRig.RegisterSamplingAsync(world.Database.DataSource);
        const string Body = """{"name": "stable", "kind": "stability", "cron": "0 4 * * *", "recipes": ["chat"], "pinned": 20, "samples": 3}""";

        var made = await writer.PostAsync("/api/schedules", Body);

        Assert.True(made.Status == 201, made.Body);
        Assert.Equal(("stability", "3", "0.5", "0"), (made["kind"], made["samples"], made["temperature"], made["fresh"]));
        Assert.Equal("20", (await writer.PostAsync("/api/schedules/stable/run-now"))["texts"]);
        var run = (await writer.GetAsync("/api/schedules/stable/runs")).Json[0];
        Assert.Equal(("stability", 60, 0.5), (run.GetProperty("kind").GetString(), run.GetProperty("open").GetInt32(), run.GetProperty("temperature").GetDouble()));
        Assert.DoesNotContain("@", (await writer.GetAsync("/api/recipes")).Body, StringComparison.Ordinal);
        (await SendAsync(writer, HttpMethod.Put, "/api/schedules/stable/baseline", $$"""{"run": {{run.GetProperty("run")}}}""")).AssertProblem(409, "conflict");
        (await SendAsync(writer, HttpMethod.Patch, "/api/schedules/stable", """{"min_drop": 0.02}""")).AssertProblem(400, "bad-schedule");
        Assert.Equal(204, (await writer.DeleteAsync("/api/schedules/stable")).Status);
    }

    [Theory]
    [InlineData("\"kind\": \"stabil\"", "There is no kind 'stabil'")]
    [InlineData("\"samples\": 1", "2 to 100 times")]
    [InlineData("\"temperature\": 0", "above 0 and at most 2")]
    [InlineData("\"min_drop\": 0.02", "MaxStabilityDeviation")]
    [InlineData("\"kind\": \"reevaluation\", \"samples\": 5", "are of stability checks")]
    [InlineData("\"recipes\": [\"greedy\"]", "gives the same summary each time")]
    public async Task A_stability_check_that_cannot_be_is_refused(string said, string reason)
    {
        using var writer = await world.ClientAsync("writer");
        await EvaluationRig.RegisterSamplingAsync(world.Database.DataSource);
        await EvaluationRig.RegisterAsync(
            world.Database.DataSource, EvaluationRig.Sampling with { Name = "greedy", Engine = "lead", Parameters = RecipeDefinition.NoParameters });
        var fields = new Dictionary<string, string>
        {
            ["name"] = "\"unsound\"", ["kind"] = "\"stability\"", ["cron"] = "\"0 4 * * *\"", ["recipes"] = "[\"chat\"]", ["pinned"] = "20",
        };
        using var changes = JsonDocument.Parse($"{{{said}}}");
        foreach (var change in changes.RootElement.EnumerateObject())
        {
            fields[change.Name] = change.Value.GetRawText();
        }

        var body = $"{{{string.Join(", ", fields.Select(field => $"\"{field.Key}\": {field.Value}"))}}}";

        Assert.Contains(reason, (await writer.PostAsync("/api/schedules", body)).AssertProblem(400, "bad-schedule")["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_there_or_not_known_is_refused()
    {
        using var writer = await world.ClientAsync("writer");

        (await writer.PostAsync("/api/schedules", Nightly.Replace("summarize", "nobody", StringComparison.Ordinal))).AssertProblem(400, "bad-schedule");
        (await writer.PostAsync("/api/schedules", Nightly.Replace("\"fresh\": 0", "\"batch_id\": 999", StringComparison.Ordinal))).AssertProblem(400, "bad-schedule");
        Assert.Contains("pined", (await writer.PostAsync("/api/schedules", Nightly.Replace("pinned", "pined", StringComparison.Ordinal))).AssertProblem(400, "bad-json")["detail"]!, StringComparison.Ordinal);
        (await writer.PostAsync("/api/schedules", Nightly.Replace("20", "2000", StringComparison.Ordinal))).AssertProblem(409, "conflict");
    }

    [Fact]
    public async Task Readers_look_and_other_tenants_see_nothing_and_draw_nothing()
    {
        using var writer = await world.ClientAsync("writer");
        using var reader = await world.ClientAsync("reader");
        using var stranger = await world.ClientAsync("admin", "stranger");
        var body = Nightly.Replace("nightly", "mine", StringComparison.Ordinal);
        Assert.Equal(201, (await writer.PostAsync("/api/schedules", body)).Status);

        (await reader.PostAsync("/api/schedules", body)).AssertProblem(403, "forbidden");
        (await reader.DeleteAsync("/api/schedules/mine")).AssertProblem(403, "forbidden");
        Assert.Equal("mine", (await reader.GetAsync("/api/schedules")).Json.EnumerateArray().Single().GetProperty("name").GetString());
        Assert.Empty((await stranger.GetAsync("/api/schedules")).Json.EnumerateArray());
        foreach (var path in (string[])["", "/runs"])
        {
            (await stranger.GetAsync("/api/schedules/mine" + path)).AssertProblem(404, "no-such-schedule");
        }

        (await stranger.DeleteAsync("/api/schedules/mine")).AssertProblem(404, "no-such-schedule");
        var none = (await stranger.PostAsync("/api/schedules", body.Replace("mine", "theirs", StringComparison.Ordinal))).AssertProblem(409, "conflict");
        Assert.Contains("there are 0", none["detail"]!, StringComparison.Ordinal);
        Assert.Equal(204, (await writer.DeleteAsync("/api/schedules/mine")).Status);
    }

    private static Task<ApiAnswer> SendAsync(ApiClient client, HttpMethod method, string path, string body) =>
        client.SendAsync(method, path, new StringContent(body, Encoding.UTF8, "application/json"));

    /// <summary>The service, and tickets of the tenant "default".</summary>
    public sealed class World : IAsyncLifetime
    {
        private ServiceProcess? _service;

        public DatabaseFixture Database { get; } = new();

        public Task<ApiClient> ClientAsync(string role, string tenant = "default") =>
            ApiClient.CreateAsync(_service ?? throw new InvalidOperationException(TestServers.Postgres), Database, role, tenant);

        public async ValueTask InitializeAsync()
        {
            await Database.InitializeAsync();
            if (TestServers.HasPostgres)
            {
                await ScoringWorld.PrepareAsync(Database.DataSource, Backlog.Tickets(25));
                _service = await ScoringProcess.StartAsync(Database);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await (_service?.DisposeAsync() ?? ValueTask.CompletedTask);
            await Database.DisposeAsync();
        }
    }
}
