using System.Globalization;
using System.Text.Json;
using Pipeline.Testing;

namespace Pipeline.EndToEnd.Tests;

[Collection(EndToEndTests.Name)]
public sealed partial class SearchTests(SearchWorld world) : IClassFixture<SearchWorld>
{
    private const string Printer = "打印机无法启动";

    [Fact]
    public async Task A_search_finds_what_is_meant_and_says_what_its_filter_took_out()
    {
        using var reader = await world.ClientAsync();

        var answer = await reader.GetAsync($"/api/search?query={Printer}&limit=20");

        Assert.True(answer.Status == 200, answer.Body);
        var items = answer.Json.GetProperty("items").EnumerateArray().ToList();
        var filter = answer.Json.GetProperty("filter");
        var similarities = items.Select(item => item.GetProperty("similarity").GetDouble()).ToList();
        Assert.All(items.Take(3), item => Assert.Contains("打印机", item.GetProperty("text").GetString(), StringComparison.Ordinal));
        Assert.All(items, item => Assert.NotEmpty(item.GetProperty("summary").GetString()!));
        Assert.Equal(similarities.OrderDescending(), similarities);
        Assert.All(similarities, similarity => Assert.True(similarity >= filter.GetProperty("threshold").GetDouble()));
        Assert.Equal(7, filter.GetProperty("query_tokens").GetInt32());
        Assert.Equal("office", filter.GetProperty("topic").GetString());
        Assert.All(items, item => Assert.NotEqual("building", item.GetProperty("topic").GetString()));
        Assert.True(filter.GetProperty("off_topic").GetInt32() > 0, answer.Body);
        Assert.Equal(96, filter.GetProperty("considered").GetInt32());
        Assert.True(answer.Json.GetProperty("exact").GetBoolean());
    }

    [Fact]
    public async Task The_filter_is_an_option_and_a_json_body_asks_the_same()
    {
        using var reader = await world.ClientAsync();

        var all = await reader.PostAsync("/api/search", $$"""{"query": "{{Printer}}", "limit": 100, "min_similarity": -1, "topics": false}""");
        var none = await reader.GetAsync($"/api/search?query={Printer}&min_similarity=1");

        Assert.Equal(96, all.Json.GetProperty("items").GetArrayLength());
        Assert.Equal(0, all.Json.GetProperty("filter").GetProperty("off_topic").GetInt32());
        Assert.Equal(96, none.Json.GetProperty("filter").GetProperty("below_threshold").GetInt32());
        Assert.Empty(none.Json.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_tenant_finds_its_own_documents_only()
    {
        using var stranger = await world.ClientAsync("admin", SearchWorld.Stranger);
        using var newcomer = await world.ClientAsync("admin", "newcomer");

        var found = await stranger.GetAsync($"/api/search?query={Printer}&min_similarity=-1&topics=false");

        Assert.Equal(["S-1", "S-2"], found.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!).Order());
        (await stranger.GetAsync($"/api/search?query={Printer}&batch=1")).AssertProblem(404, "no-such-batch");
        Assert.Empty((await newcomer.GetAsync($"/api/search?query={Printer}")).Json.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Batch_source_and_time_narrow_a_search()
    {
        using var reader = await world.ClientAsync();
        var batch = await world.Rig.DataSource.ScalarAsync<long>("select id from pipeline.batches where tenant = 'default'");
        var all = $"/api/search?query={Printer}&limit=100&min_similarity=-1&topics=false";
        var tomorrow = Uri.EscapeDataString(TimeProvider.System.GetUtcNow().AddDays(1).ToString("O", CultureInfo.InvariantCulture));

        async Task<int> CountAsync(string filter) => (await reader.GetAsync(all + filter)).Json.GetProperty("items").GetArrayLength();

        Assert.Equal(96, await CountAsync($"&batch={batch}&source=tests&to={tomorrow}"));
        Assert.Equal(0, await CountAsync($"&from={tomorrow}"));
        Assert.Equal(0, await CountAsync($"&source=tests&from={tomorrow}"));
    }

    [Fact]
    public async Task A_category_narrows_a_search_within_the_tenant()
    {
        using var stranger = await world.ClientAsync("reader", SearchWorld.Stranger);
        using var reader = await world.ClientAsync();
        const string Query = $"/api/search?query={Printer}&min_similarity=-1&topics=false&category=";

        var found = await stranger.GetAsync(Query + "仓库");
        var unknown = await stranger.GetAsync(Query + "机房");
        var others = await reader.GetAsync(Query + "仓库");
        var body = await stranger.PostAsync("/api/answer", $$"""{"query": "{{Printer}}", "category": "机房"}""");

        var item = Assert.Single(found.Json.GetProperty("items").EnumerateArray());
        Assert.Equal(("S-1", "仓库"), (item.GetProperty("id").GetString(), item.GetProperty("category").GetString()));
        unknown.AssertProblem(400, "unknown-category");
        Assert.Contains("Categories are: 仓库.", unknown["remedy"], StringComparison.Ordinal);
        body.AssertProblem(400, "unknown-category");
        // Another tenant's categories are neither met nor told.
        others.AssertProblem(400, "unknown-category");
        Assert.DoesNotContain("仓库", others.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("query=", 400, "empty-query")]
    [InlineData("query=%20%20", 400, "empty-query")]
    [InlineData("limit=5", 400, "empty-query")]
    [InlineData("query=...", 400, "bad-query")]
    [InlineData("query=a&limit=0", 400, "bad-limit")]
    [InlineData("query=a&limit=101", 400, "bad-limit")]
    [InlineData("query=a&limit=ten", 400, "bad-request")]
    [InlineData("query=a&min_similarity=2", 400, "bad-similarity")]
    [InlineData("query=a&min_similarity=NaN", 400, "bad-similarity")]
    [InlineData("query=a&from=yesterday", 400, "bad-request")]
    [InlineData("query=a&from=2026-01-02&to=2026-01-02", 400, "bad-period")]
    [InlineData("query=a&source=elsewhere", 400, "unknown-source")]
    [InlineData("query=a&category=elsewhere", 400, "unknown-category")]
    [InlineData("query=a&category=%00", 400, "bad-request")]
    [InlineData("query=a&embedder=nothing", 400, "unknown-embedder")]
    [InlineData("query=a&embedder=extractive", 400, "unknown-embedder")]
    [InlineData("query=a&source=%00", 400, "bad-request")]
    [InlineData("query=a&batch=nothing", 404, "no-such-batch")]
    [InlineData("query=a&qery=b", 400, "unknown-parameter")]
    public async Task A_search_that_makes_no_sense_is_refused(string query, int status, string code)
    {
        using var reader = await world.ClientAsync();

        (await reader.GetAsync("/api/search?" + query)).AssertProblem(status, code);
    }

    [Fact]
    public async Task Bad_bodies_and_wrong_keys_are_refused()
    {
        using var reader = await world.ClientAsync();
        using var nobody = new ApiClient(world.Scoring, null);
        using var forger = new ApiClient(world.Scoring, "pk_wrong");
        var tooLong = new string('水', 1001);

        foreach (var path in (string[])["/api/search", "/api/answer", "/api/summarize", "/api/similarity"])
        {
            (await nobody.PostAsync(path, "{}")).AssertProblem(401, "unauthorized");
            (await forger.PostAsync(path, "{}")).AssertProblem(401, "unauthorized");
            (await reader.PostAsync(path, """{"nonsense": 1}""")).AssertProblem(400, "bad-json");
            (await reader.PostAsync(path, "{")).AssertProblem(400, "bad-json");
        }

        (await reader.PostAsync("/api/search", $$"""{"query": "{{tooLong}}"}""")).AssertProblem(400, "query-too-long");
        (await reader.PostAsync("/api/summarize", """{"text": " "}""")).AssertProblem(400, "empty-text");
        (await reader.PostAsync("/api/summarize", """{"text": "水泵漏水", "recipe": "hashing"}""")).AssertProblem(400, "unknown-recipe");
        (await reader.PostAsync("/api/similarity", """{"query": "水泵", "candidates": []}""")).AssertProblem(400, "bad-candidates");
        (await reader.PostAsync("/api/similarity", """{"query": "水泵", "candidates": [""]}""")).AssertProblem(400, "empty-text");
        (await reader.PostAsync("/api/summarize", """{"text": "\ud800"}""")).AssertProblem(400, "bad-json");
    }

    [Fact]
    public async Task One_text_is_summarised_and_texts_are_ranked_without_a_trace()
    {
        using var reader = await world.ClientAsync();
        const string Text = "工单1号：打印机无法启动。用户反映三楼3号房间的打印机从上周开始无法启动，影响办公。现场检查发现接触不良，更换电源模块后恢复。";

        var summary = await reader.PostAsync("/api/summarize", JsonSerializer.Serialize(new { text = Text }));
        var ranked = await reader.PostAsync("/api/similarity", """{"query": "水泵漏水", "candidates": ["空调滴水", "地下室水泵漏水严重", "……"]}""");

        Assert.True(summary.Status == 200, summary.Body);
        Assert.Equal("extractive", summary["recipe"]);
        Assert.InRange(summary["summary"]!.Length, 5, Text.Length);
        var items = ranked.Json.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal([1, 0, 2], items.Select(item => item.GetProperty("index").GetInt32()));
        Assert.True(items[0].GetProperty("similarity").GetDouble() > 0.3, ranked.Body);
        Assert.Contains("no-words", items[2].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, await world.Rig.DataSource.ScalarAsync<long>("select count(*) from pipeline.texts where body like '%地下室水泵漏水严重%'"));
    }

    [Fact]
    public async Task An_answer_cites_the_document_of_each_clause()
    {
        using var reader = await world.ClientAsync();

        var answer = await reader.GetAsync($"/api/answer?query={Printer}怎么处理&limit=3");
        var nothing = await reader.GetAsync($"/api/answer?query={Printer}&min_similarity=1");

        Assert.True(answer.Status == 200, answer.Body);
        var sources = answer.Json.GetProperty("sources").EnumerateArray().Select(source => source.GetProperty("text").GetString()!).ToList();
        var statements = answer.Json.GetProperty("statements").EnumerateArray().ToList();
        Assert.Equal(3, sources.Count);
        Assert.Equal(answer["answer"], string.Concat(statements.Select(statement => statement.GetProperty("text").GetString())));
        // Extracted: every clause stands in its first source, but for its mark.
        Assert.All(statements, statement => Assert.Contains(
            statement.GetProperty("text").GetString()!.TrimEnd('。', '；', '，'), sources[statement.GetProperty("sources")[0].GetInt32() - 1],
            StringComparison.Ordinal));
        Assert.Equal(JsonValueKind.Null, nothing.Json.GetProperty("answer").ValueKind);
        Assert.NotEmpty(nothing["note"]!);

        // Nothing is said of what no document tells.
        var stranger = await reader.GetAsync("/api/answer?query=红烧肉怎么做才好吃");
        Assert.Equal(JsonValueKind.Null, stranger.Json.GetProperty("answer").ValueKind);
        Assert.Contains("打印机无法启动", (await reader.GetAsync($"/api/answer?query=为什么{Printer}"))["answer"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_line_finds_and_answers_like_the_api()
    {
        using var reader = await world.ClientAsync();

        var api = await reader.GetAsync($"/api/search?query={Printer}&limit=5");
        var found = JsonDocument.Parse(await world.Rig.CliAsync("search", Printer, "--limit", "5", "--json")).RootElement;
        var answer = await world.Rig.CliAsync("answer", Printer, "--limit", "2");

        Assert.Equal(
            api.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()),
            found.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()));
        Assert.Contains("[1]", answer, StringComparison.Ordinal);
        Assert.Contains("T-", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_commands_narrow_a_search_too_and_say_which_filter_no_document_can_meet()
    {
        var found = JsonDocument.Parse(await world.Rig.CliAsync(
            "search", Printer, "--tenant", SearchWorld.Stranger, "--category", "仓库", "--from", "2020-01-01", "--min-similarity", "-1", "--off-topic", "--json")).RootElement;
        await using var unknown = ServiceProcess.Start("Cli", world.Rig.Settings, "answer", Printer, "--category", "仓库");
        await using var never = ServiceProcess.Start("Cli", world.Rig.Settings, "search", Printer, "--from", "2026-05-02", "--to", "2026-05-01T08:00+08:00");

        Assert.Equal("S-1", Assert.Single(found.GetProperty("items").EnumerateArray()).GetProperty("id").GetString());
        Assert.Equal(1, await unknown.ExitAsync(PipelineRig.Patience));
        Assert.Contains("No document has this category.", unknown.Log, StringComparison.Ordinal);
        Assert.Equal(1, await never.ExitAsync(PipelineRig.Patience));
        Assert.Contains("'from' is not before 'to'", never.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Texts_of_requests_are_in_no_log_and_no_queue()
    {
        using var reader = await world.ClientAsync();
        const string Secret = "蓝鲸密语";

        await reader.GetAsync($"/api/search?query={Secret}");
        await reader.PostAsync("/api/summarize", $$"""{"text": "{{Secret}}，水泵漏水。"}""");
        await reader.PostAsync("/api/summarize", $$"""{"text": "{{Secret}}", "recipe": "{{Secret}}"}""");

        Assert.DoesNotContain(Secret, world.Rig.AllLogs, StringComparison.Ordinal);
        Assert.Null(await world.Rig.Broker.WaitingAsync("embed-requests_error"));
        Assert.Null(await world.Rig.Broker.WaitingAsync("summarize-requests_error"));
    }
}
