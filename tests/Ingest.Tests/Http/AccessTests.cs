using Pipeline.Storage.Access;
using Pipeline.Testing;

namespace Pipeline.Ingest.Tests.Http;

[Collection(IngestProcess.Name)]
public sealed class AccessTests(IngestProcess ingest)
{
    private const string Body = """{"text": "无权访问"}""";

    [Fact]
    public async Task Without_a_key_with_a_wrong_one_and_with_a_revoked_one_nothing_is_done()
    {
        using var nobody = new ApiClient(ingest.Service, null);
        using var wrong = new ApiClient(ingest.Service, "pipeline-wrong");
        var keys = new ApiKeys(ingest.Database.DataSource);
        using var revoked = new ApiClient(ingest.Service, await keys.CreateAsync("revoked", "default", "writer", TestContext.Current.CancellationToken));
        Assert.Equal(201, (await revoked.PostAsync("/api/batches", Body)).Status);
        await keys.RevokeAsync("revoked", "default", TestContext.Current.CancellationToken);

        foreach (var client in (ApiClient[])[nobody, wrong, revoked])
        {
            (await client.PostAsync("/api/batches", Body)).AssertProblem(401, "unauthorized");
            (await client.GetAsync("/api/batches/1")).AssertProblem(401, "unauthorized");
            (await client.PostAsync("/v1/batches", "{}")).AssertProblem(401, "unauthorized");
            (await client.GetAsync("/v1/files")).AssertProblem(401, "unauthorized");
        }

        Assert.DoesNotContain("pipeline-wrong", ingest.Service.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_may_look_and_change_nothing()
    {
        using var reader = await ingest.ClientAsync("reader");
        using var admin = await ingest.ClientAsync("admin");
        var batch = await admin.PostAsync("/api/batches", """{"text": "管理员也可以提交"}""");
        Assert.Equal(201, batch.Status);

        Assert.Equal(200, (await reader.GetAsync("/api/batches/" + batch["batch"])).Status);
        (await reader.PostAsync("/api/batches", Body)).AssertProblem(403, "forbidden");
        (await reader.PostAsync($"/api/batches/{batch["batch"]}/cancel")).AssertProblem(403, "forbidden");
        (await reader.PostAsync("/v1/batches", "{}")).AssertProblem(403, "forbidden");
        (await reader.DeleteAsync("/v1/files/file-1")).AssertProblem(403, "forbidden");
    }

    [Fact]
    public async Task What_belongs_to_another_tenant_does_not_exist()
    {
        using var owner = await ingest.ClientAsync("writer", "owner");
        using var stranger = await ingest.ClientAsync("admin", "stranger");
        var batch = await owner.PostAsync("/api/batches?name=private", """{"text": "别家的工单"}""");

        Assert.Equal(200, (await owner.GetAsync("/api/batches/private")).Status);
        (await stranger.GetAsync("/api/batches/private")).AssertProblem(404, "no-such-batch");
        (await stranger.GetAsync("/api/batches/" + batch["batch"])).AssertProblem(404, "no-such-batch");
        (await stranger.PostAsync($"/api/batches/{batch["batch"]}/cancel")).AssertProblem(404, "no-such-batch");
        Assert.Equal("running", (await owner.GetAsync("/api/batches/private"))["state"]);
    }

    [Fact]
    public async Task A_batch_can_be_cancelled_until_it_has_ended()
    {
        using var writer = await ingest.ClientAsync("writer");
        var batch = await writer.PostAsync("/api/batches", """[{"text": "取消一"}, {"text": "取消二"}]""");
        var path = $"/api/batches/{batch["batch"]}";

        var cancelled = await writer.PostAsync(path + "/cancel");
        (await writer.PostAsync("/api/batches", """{"text": "已完成"}""")).AssertCreated(out var finished);
        await ingest.Database.DataSource.ExecuteAsync("""
            update pipeline.work_items w set state = 'rejected', chunk_id = null, error_code = 'test', error_reason = 'test'
            from pipeline.batch_items i join pipeline.documents d on d.id = i.document_id where i.batch_id = $1 and w.text_id = d.text_id
            """, long.Parse(finished, System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal(200, cancelled.Status);
        Assert.Equal("cancelled", cancelled["state"]);
        (await writer.PostAsync($"/api/batches/{finished}/cancel")).AssertProblem(409, "batch-finished");
        (await writer.PostAsync("/api/batches/999999/cancel")).AssertProblem(404, "no-such-batch");
    }

    [Fact]
    public async Task What_is_not_there_is_a_problem_too_and_the_description_needs_no_key_and_no_other_server()
    {
        using var writer = await ingest.ClientAsync("writer");
        using var nobody = new ApiClient(ingest.Service, null);

        (await writer.GetAsync("/api/nothing")).AssertProblem(404, "no-such-endpoint");
        (await writer.DeleteAsync("/api/batches")).AssertProblem(405, "method-not-allowed");
        (await writer.PostAsync("/v1/batches", """{"endpoint": 5}""")).AssertProblem(400, "bad-json");
        var document = await nobody.GetAsync("/openapi/v1.json");
        var page = await nobody.GetAsync("/scalar");

        Assert.Equal(200, document.Status);
        Assert.Equal(
            ["/api/batches", "/api/batches/{batch}", "/api/batches/{batch}/cancel", "/v1/batches", "/v1/batches/{id}", "/v1/batches/{id}/cancel",
                "/v1/files", "/v1/files/{id}", "/v1/files/{id}/content"],
            document.Json.GetProperty("paths").EnumerateObject().Select(path => path.Name).Order(StringComparer.Ordinal));
        Assert.Equal(200, page.Status);
        Assert.DoesNotContain("https://", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("//cdn", page.Body, StringComparison.Ordinal);
    }
}
