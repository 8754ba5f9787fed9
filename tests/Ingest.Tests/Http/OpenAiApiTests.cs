using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Pipeline.Testing;

namespace Pipeline.Ingest.Tests.Http;

/// <summary>States and refusals; the way of a batch through all services is tested with OpenAI's own client.</summary>
[Collection(IngestProcess.Name)]
public sealed class OpenAiApiTests(IngestProcess ingest)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_file_comes_back_as_it_was_sent_and_is_gone_when_deleted()
    {
        using var writer = await ingest.ClientAsync("writer");
        using var stranger = await ingest.ClientAsync("admin", "stranger");
        // Longer than a part, and not of whole parts.
        var content = string.Concat(Enumerable.Range(0, 9000).Select(i => Line($"r-{i}", $"第{i}号工单：水泵漏水"))).Trim();
        Assert.InRange(Encoding.UTF8.GetByteCount(content), 1, IngestProcess.MaxUploadBytes * 2);

        var file = await UploadAsync(writer, content[..(content.Length / 2)]);
        var path = "/v1/files/" + file["id"];
        var read = await writer.GetAsync(path + "/content");

        Assert.Equal(("file", "batch", "requests.jsonl"), (file["object"], file["purpose"], file["filename"]));
        Assert.Equal(content[..(content.Length / 2)], read.Body);
        Assert.Equal(file["bytes"], $"{Encoding.UTF8.GetByteCount(read.Body)}");
        (await stranger.GetAsync(path)).AssertProblem(404, "no-such-file");
        (await stranger.GetAsync(path + "/content")).AssertProblem(404, "no-such-file");
        (await stranger.DeleteAsync(path)).AssertProblem(404, "no-such-file");
        Assert.Empty((await stranger.GetAsync("/v1/files")).Json.GetProperty("data").EnumerateArray());
        Assert.Equal("True", (await writer.DeleteAsync(path))["deleted"]);
        (await writer.GetAsync(path)).AssertProblem(404, "no-such-file");
        Assert.Equal(0, await ingest.Database.ScalarAsync<long>("select count(*) from pipeline.file_parts where file_id = $1", file["id"]!));
    }

    [Fact]
    public async Task Lists_go_on_behind_an_id_and_refuse_one_that_is_gone()
    {
        using var writer = await ingest.ClientAsync("writer", "lists");
        var ids = new List<string?>();
        for (var i = 0; i < 3; i++)
        {
            ids.Insert(0, (await UploadAsync(writer, Line("a", $"{i}")))["id"]);
        }

        var first = await writer.GetAsync("/v1/files?limit=2");
        var second = await writer.GetAsync($"/v1/files?limit=2&after={first["last_id"]}");

        Assert.Equal((ids[0], ids[1], "True"), (first["first_id"], first["last_id"], first["has_more"]));
        Assert.Equal((ids[2], ids[2], "False"), (second["first_id"], second["last_id"], second["has_more"]));
        (await writer.GetAsync("/v1/files?after=file-gone")).AssertProblem(400, "stale-cursor");
        (await writer.GetAsync("/v1/batches?after=batch_gone")).AssertProblem(400, "stale-cursor");
        (await writer.GetAsync("/v1/batches?limit=0")).AssertProblem(400, "bad-limit");
    }

    [Fact]
    public async Task Uploads_that_are_none_leave_nothing_behind()
    {
        using var writer = await ingest.ClientAsync("writer", "uploads");

        (await writer.PostAsync("/v1/files", "{}")).AssertProblem(400, "bad-upload");
        (await UploadAsync(writer, Line("a", "b"), purpose: "fine-tune")).AssertProblem(400, "bad-upload");
        (await UploadAsync(writer, new string('x', IngestProcess.MaxUploadBytes + 1))).AssertProblem(413, "body-too-large");

        Assert.Equal(0, await ingest.Database.ScalarAsync<long>("select count(*) from pipeline.files where tenant = 'uploads'"));
    }

    [Fact]
    public async Task A_batch_is_read_worked_on_and_can_be_cancelled_until_it_has_ended()
    {
        using var writer = await ingest.ClientAsync("writer");
        using var stranger = await ingest.ClientAsync("writer", "stranger");
        var file = await UploadAsync(writer, Line("r-1", "取消的请求") + Line("r-2", "另一个取消的请求"));
        var created = await CreateAsync(writer, file["id"]!);
        var path = "/v1/batches/" + created["id"];
        (await stranger.GetAsync(path)).AssertProblem(404, "no-such-batch");
        (await CreateAsync(stranger, file["id"]!)).AssertProblem(404, "no-such-file");

        await UntilAsync(writer, path, "in_progress");
        await Eventually.TrueAsync(
            async () => (await writer.GetAsync(path)).Json.GetProperty("request_counts").GetProperty("total").GetInt64() == 2, s_patience, () => "2 requests");
        var cancelling = await writer.PostAsync(path + "/cancel");
        await UntilAsync(writer, path, "cancelled");
        var error = (await writer.GetAsync(path))["error_file_id"]!;

        Assert.Equal(("validating", "{\"case\":\"取消\"}"), (created["status"], created["metadata"]));
        Assert.Equal("cancelling", cancelling["status"]);
        Assert.Equal(["cancelled", "cancelled"], (await writer.GetAsync($"/v1/files/{error}/content")).Body.Trim().Split('\n')
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("error").GetProperty("code").GetString()));
        (await writer.PostAsync(path + "/cancel")).AssertProblem(409, "batch-finished");
    }

    [Fact]
    public async Task A_file_that_can_not_be_read_fails_the_batch_with_the_reason()
    {
        using var writer = await ingest.ClientAsync("writer");
        var file = await UploadAsync(writer, "no JSON at all");
        var path = "/v1/batches/" + (await CreateAsync(writer, file["id"]!))["id"];

        await UntilAsync(writer, path, "failed");
        var failed = await writer.GetAsync(path);

        Assert.Contains("No line of requests.jsonl is a request that can be done. Line 1: ", failed.Json.GetProperty("errors").GetProperty("data")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
        (await writer.PostAsync("/v1/batches", $$"""{"input_file_id": "{{file["id"]}}", "endpoint": "/v1/embeddings", "completion_window": "24h"}"""))
            .AssertProblem(400, "bad-endpoint");
        (await writer.PostAsync("/v1/batches", """{"endpoint": "/v1/chat/completions"}""")).AssertProblem(400, "no-input-file");
    }

    private static string Line(string id, string text) => JsonSerializer.Serialize(new
    {
        custom_id = id, method = "POST", url = "/v1/chat/completions", body = new { model = "any", messages = new[] { new { role = "user", content = text } } },
    }) + "\n";

    private static Task<ApiAnswer> CreateAsync(ApiClient client, string file) => client.PostAsync(
        "/v1/batches",
        $$$"""{"input_file_id": "{{{file}}}", "endpoint": "/v1/chat/completions", "completion_window": "24h", "metadata": {"case": "取消"}}""");

    private static async Task<ApiAnswer> UploadAsync(ApiClient client, string content, string purpose = "batch")
    {
        using var form = new MultipartFormDataContent();
        using var file = new ByteArrayContent(Encoding.UTF8.GetBytes(content));
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        form.Add(file, "file", "requests.jsonl");
        form.Add(new StringContent(purpose), "purpose");
        return await client.SendAsync(HttpMethod.Post, "/v1/files", form);
    }

    private Task UntilAsync(ApiClient client, string path, string state) => Eventually.TrueAsync(
        async () => (await client.GetAsync(path))["status"] == state, s_patience, () => $"not {state}:\n{ingest.Service.Log}");
}
