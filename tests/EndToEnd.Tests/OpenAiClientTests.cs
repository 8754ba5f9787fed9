using System.Text.Json;
using Pipeline.Testing;

namespace Pipeline.EndToEnd.Tests;

/// <summary>The OpenAI-compatible API, through all services, by OpenAI's own client.</summary>
[Collection(EndToEndTests.Name)]
public sealed class OpenAiClientTests(BrokerFixture broker)
{
    [Fact]
    public async Task A_batch_client_of_OpenAI_works_unchanged()
    {
        var folder = await NodeClient.InstallAsync();
        await using var rig = await PipelineRig.CreateAsync(broker);
        var ingest = await rig.StartOneAsync("Ingest");
        await rig.StartAsync("EmbedWorker", "SummarizeWorker", "Scoring");
        var key = (await rig.CliAsync("keys", "create", "client", "--role", "writer")).Split('\n').First(line => line.StartsWith("pipeline-", StringComparison.Ordinal));
        var input = Path.Combine(folder, "requests.jsonl");
        await File.WriteAllLinesAsync(
            input,
            [
                Request("r-1", "三号楼水泵漏水，地下室积水约十厘米，影响电梯运行。已关闭阀门，请尽快派人维修。"),
                Request("r-2", "   "),
                """{"custom_id": "r-3", "method": "POST", "url": "/v1/embeddings", "body": {"input": "x"}}""",
                Request("r-4", "路灯不亮。"),
            ],
            TestContext.Current.CancellationToken);

        var (exitCode, output) = await NodeClient.RunAsync(
            folder, "node",
            new Dictionary<string, string> { ["OPENAI_BASE_URL"] = $"{ingest.Address}v1", ["OPENAI_API_KEY"] = key },
            "client.mjs", input);

        Assert.True(exitCode == 0, $"{output}\n{rig.Logs}");
        var seen = JsonDocument.Parse(output).RootElement;
        var batch = seen.GetProperty("batch");
        Assert.Equal("requests.jsonl", seen.GetProperty("file").GetProperty("filename").GetString());
        Assert.Equal("validating", seen.GetProperty("created").GetProperty("status").GetString());
        Assert.Equal("completed", batch.GetProperty("status").GetString());
        Assert.Equal("""{"total":4,"completed":2,"failed":2}""", batch.GetProperty("request_counts").ToString());
        Assert.Equal("extractive", batch.GetProperty("metadata").GetProperty("recipe").GetString());
        Assert.True(batch.GetProperty("completed_at").GetInt64() >= batch.GetProperty("in_progress_at").GetInt64());

        var answers = seen.GetProperty("output").EnumerateArray().ToList();
        Assert.Equal(["r-1", "r-4"], answers.Select(line => line.GetProperty("custom_id").GetString()));
        Assert.All(answers, line => Assert.NotEmpty(
            line.GetProperty("response").GetProperty("body").GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!));
        Assert.Equal(
            ["r-2 empty", "r-3 wrong-endpoint"],
            seen.GetProperty("errors").EnumerateArray().Select(line =>
                $"{line.GetProperty("custom_id").GetString()} {line.GetProperty("error").GetProperty("code").GetString()}"));
        Assert.Equal("batch_output", seen.GetProperty("outputFile").GetProperty("purpose").GetString());
        Assert.True(seen.GetProperty("deleted").GetProperty("deleted").GetBoolean());

        Assert.Equal(seen.GetProperty("expectedList").ToString(), seen.GetProperty("listed").ToString());
        Assert.Equal((404, "no-such-file"), Refusal(seen, "gone"));
        Assert.Equal((409, "batch-finished"), Refusal(seen, "finished"));
        Assert.Equal((401, "unauthorized"), Refusal(seen, "wrongKey"));
        Assert.DoesNotContain("水泵", rig.Logs, StringComparison.Ordinal);
        Assert.DoesNotContain(key, rig.Logs, StringComparison.Ordinal);
    }

    private static string Request(string id, string text) => JsonSerializer.Serialize(new
    {
        custom_id = id,
        method = "POST",
        url = "/v1/chat/completions",
        body = new { model = "gpt-4o-mini", messages = new object[] { new { role = "system", content = "Summarise." }, new { role = "user", content = text } } },
    });

    private static (int Status, string? Code) Refusal(JsonElement seen, string name) =>
        (seen.GetProperty(name).GetProperty("status").GetInt32(), seen.GetProperty(name).GetProperty("code").GetString());
}
