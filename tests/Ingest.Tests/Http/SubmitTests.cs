using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using Pipeline.Testing;

namespace Pipeline.Ingest.Tests.Http;

[Collection(IngestProcess.Name)]
public sealed class SubmitTests(IngestProcess ingest)
{
    private const string NdJson = "application/x-ndjson";

    [Fact]
    public async Task An_object_an_array_and_lines_become_documents_and_fields_that_are_not_used_are_reported()
    {
        using var writer = await ingest.ClientAsync("writer");

        var one = await writer.PostAsync("/api/batches", """{"id": "A-1", "text": "水泵漏水，\n请维修", "priority": 3}""");
        var two = await writer.PostAsync("/api/batches?source=crm", """
            [ {"id": "B-1", "text": "电梯停运"},
              {"id": "B-2", "text": ""} ]
            """);
        var lines = await writer.PostAsync("/api/batches?recipe=lead&recipe=extractive", "{\"id\":\"C-1\",\"text\":\"断电\"}\n{\"id\":\"C-2\",\"text\":\"停水\"}\n", NdJson);

        Assert.Equal((201, "1", "0"), (one.Status, one["accepted"], one["rejected"]));
        Assert.Equal("[\"priority\"]", one["unused_fields"]);
        Assert.Equal("/api/batches/" + one["batch"], one.Headers["Location"]);
        Assert.Equal("水泵漏水，\n请维修", await TextAsync("A-1", "api"));
        Assert.Equal((201, "1", "1"), (two.Status, two["accepted"], two["rejected"]));
        Assert.Equal("""{"code":"empty","reason":"the text is empty","id":"B-2","line":2}""", two.Json.GetProperty("refused")[0].ToString());
        Assert.Equal("电梯停运", await TextAsync("B-1", "crm"));
        Assert.Equal((201, "2"), (lines.Status, lines["accepted"]));
        Assert.Equal(2, (await writer.GetAsync(lines.Headers["Location"])).Json.GetProperty("recipes").GetArrayLength());
    }

    [Fact]
    public async Task Files_are_taken_in_every_format_and_packing_that_submit_reads()
    {
        using var writer = await ingest.ClientAsync("writer");
        var csv = "工单编号,内容,区\r\nG-1,\"井盖松动，\"\"急\"\"\",东\r\n"u8.ToArray();

        var plain = await writer.PostAsync("/api/batches?source=csv", csv, "text/csv");
        var packed = await writer.PostAsync("/api/batches?source=packed", Gzip(csv), "text/csv");
        using var form = new MultipartFormDataContent();
        using var file = new ByteArrayContent(Encoding.GetEncoding("utf-16").GetPreamble().Concat(Encoding.Unicode.GetBytes("id;text\nU-1;路灯不亮\n")).ToArray());
        file.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        form.Add(file, "file", "上报.csv");
        var uploaded = await writer.SendAsync(HttpMethod.Post, "/api/batches", form);
        var again = await writer.PostAsync("/api/batches?source=csv", csv, "text/csv");

        Assert.Equal((201, "1", "[\"区\"]"), (plain.Status, plain["accepted"], plain["unused_fields"]));
        Assert.Equal((201, "1"), (packed.Status, packed["accepted"]));
        Assert.Equal((201, "1"), (uploaded.Status, uploaded["accepted"]));
        Assert.Equal("路灯不亮", await TextAsync("U-1", "上报.csv"));
        Assert.Equal("井盖松动，\"急\"", await TextAsync("G-1", "csv"));
        Assert.Equal((200, "True", plain["batch"]), (again.Status, again["resubmitted"], again["batch"]));
    }

    [Fact]
    public async Task An_idempotency_key_gives_the_first_answer_again_and_belongs_to_one_request()
    {
        using var writer = await ingest.ClientAsync("writer");
        using var neighbour = await ingest.ClientAsync("writer", "neighbour");
        var key = Guid.NewGuid().ToString();
        const string Body = """{"id": "I-1", "text": "重复提交"}""";

        var first = await writer.PostAsync("/api/batches", Body, idempotencyKey: key);
        var second = await writer.PostAsync("/api/batches", Body, idempotencyKey: key);
        var other = await writer.PostAsync("/api/batches", Body.Replace("I-1", "I-2", StringComparison.Ordinal), idempotencyKey: key);
        var options = await writer.PostAsync("/api/batches?recipe=lead", Body, idempotencyKey: key);
        var elsewhere = await neighbour.PostAsync("/api/batches", Body, idempotencyKey: key);

        Assert.Equal(201, first.Status);
        Assert.Equal((201, first.Body, "true"), (second.Status, second.Body, second.Headers["Idempotency-Replayed"]));
        other.AssertProblem(422, "idempotency-key-reused");
        options.AssertProblem(422, "idempotency-key-reused");
        Assert.Equal((201, "False"), (elsewhere.Status, elsewhere["resubmitted"]));
    }

    [Fact]
    public async Task Summaries_that_come_with_their_documents_become_results_of_a_recipe_of_their_own()
    {
        using var writer = await ingest.ClientAsync("writer", "candidates");
        using var neighbour = await ingest.ClientAsync("writer", "candidates-too");
        const string Lines = """
            {"id": "1", "text": "水泵漏水", "reference": "参考", "candidate": "人工摘要"}
            {"id": "2", "text": "水泵漏电"}
            {"id": "3", "text": "水泵漏水", "candidate": "另一条"}

            """;

        var json = await writer.PostAsync("/api/batches?candidate_column=candidate", $"[{string.Join(',', Lines.Trim().Split('\n'))}]");
        var again = await writer.PostAsync("/api/batches?candidate_column=candidate", $"[{string.Join(',', Lines.Trim().Split('\n'))}]");
        var lines = await writer.PostAsync("/api/batches?candidate_column=candidate&candidate_recipe=agents&recipe=lead", Lines, NdJson);
        using var form = new MultipartFormDataContent();
        using var file = new ByteArrayContent("id,text,human\n4,水泵漏水,他人摘要\n"u8.ToArray());
        form.Add(file, "file", "candidates.csv");
        var uploaded = await neighbour.SendAsync(HttpMethod.Post, "/api/batches?candidate_column=human", form);

        Assert.True(json.Status == 201, json.Body);
        Assert.Equal((201, "1", "2", "[]"), (json.Status, json["accepted"], json["rejected"], json["unused_fields"]));
        Assert.Equal(
            ["2 no-candidate", "3 other-candidate"],
            json.Json.GetProperty("refused").EnumerateArray().Select(line => $"{line.GetProperty("id")} {line.GetProperty("code")}").Order(StringComparer.Ordinal));
        Assert.Equal((200, json["batch"]), (again.Status, again["batch"]));
        Assert.Equal((201, "1"), (uploaded.Status, uploaded["accepted"]));
        Assert.Equal(
            ["candidates agents 人工摘要", "candidates candidate 人工摘要", "candidates lead", "candidates-too candidate 他人摘要"],
            await ingest.Database.DataSource.ColumnAsync<string>("""
                select distinct concat_ws(' ', b.tenant, r.recipe, r.summary) from pipeline.results r join pipeline.batches b on b.id = r.batch_id
                where b.tenant like 'candidates%' order by 1
                """));
        Assert.Equal("2", lines["rejected"]);
    }

    [Theory]
    [InlineData("candidate_recipe=agents", "bad-candidate-recipe", "candidate_column")]
    [InlineData("candidate_column=candidate&candidate_recipe=lead", "bad-candidate-recipe", "'lead' is a recipe that makes summaries")]
    [InlineData("candidate_column=candidate&candidate_recipe=No%20Name", "bad-candidate-recipe", "can't name a recipe")]
    [InlineData("candidate_column=nobody", "unreadable-input", "has no column 'nobody'")]
    [InlineData("candidate_column=candidate&format=openai", "unreadable-input", "has no columns")]
    public async Task Candidates_that_can_not_be_meant_are_refused_and_leave_no_batch(string query, string code, string reason)
    {
        using var writer = await ingest.ClientAsync("writer", "refused");

        var problem = (await writer.PostAsync($"/api/batches?{query}", "{\"text\": \"水泵漏水\", \"candidate\": \"漏水\"}\n", NdJson)).AssertProblem(400, code);

        Assert.Contains(reason, $"{problem["detail"]} {problem["remedy"]}", StringComparison.Ordinal);
        Assert.Equal(0, await ingest.Database.ScalarAsync<long>("select count(*) from pipeline.batches where tenant = 'refused'"));
    }

    [Fact]
    public async Task Broken_utf8_is_refused_with_its_place()
    {
        using var writer = await ingest.ClientAsync("writer");
        byte[] broken = [.. "{\"id\":\"X-1\",\"text\":\"好\"}\n{\"id\":\"X-2\",\"text\":\""u8, 0xC3, 0x28, .. "\"}\n{\"id\":\"X-3\",\"text\":\"好的\"}\n"u8];

        var lines = await writer.PostAsync("/api/batches?source=broken", broken, NdJson);
        var json = (await writer.PostAsync("/api/batches", [.. "{\"text\":\""u8, 0xFF, .. "\"}"u8], "application/json")).AssertProblem(400, "bad-encoding");
        var header = (await writer.PostAsync("/api/batches", [0xD5, 0xFD, 0xCE, 0xC4, 0x0A], "text/csv")).AssertProblem(400, "unreadable-input");

        Assert.Equal((201, "2", "1"), (lines.Status, lines["accepted"], lines["rejected"]));
        Assert.Contains("line 2: byte 0xC3 at byte offset ", lines.Json.GetProperty("refused")[0].GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Contains("0xFF at byte offset 9", json["detail"], StringComparison.Ordinal);
        Assert.Contains("submit it with encoding gb18030", header["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_can_not_be_accepted_is_a_problem_with_a_remedy_and_leaves_no_batch()
    {
        using var writer = await ingest.ClientAsync("writer");
        var before = await ingest.Database.ScalarAsync<long>("select count(*) from pipeline.batches");
        var record = "{\"text\":\"" + new string('x', 1000) + "\"}\n";

        (await writer.PostAsync("/api/batches", string.Concat(Enumerable.Repeat(record, 1100)), NdJson)).AssertProblem(413, "body-too-large");
        (await writer.SendAsync(HttpMethod.Post, "/api/batches", Chunked(string.Concat(Enumerable.Repeat(record, 1100))))).AssertProblem(413, "body-too-large");
        (await writer.PostAsync("/api/batches", $"[{string.Join(',', Enumerable.Repeat(record, 70))}]")).AssertProblem(413, "body-too-large");
        (await writer.PostAsync("/api/batches?recipie=lead", record)).AssertProblem(400, "unknown-parameter");
        (await writer.PostAsync("/api/batches?recipe=nothing", record)).AssertProblem(400, "unknown-recipe");
        (await writer.PostAsync("/api/batches?text_column=nothing", record)).AssertProblem(400, "unreadable-input");
        (await writer.PostAsync("/api/batches?name=42", record)).AssertProblem(400, "bad-name");
        (await writer.PostAsync("/api/batches", "{\"text\": \"a\",}")).AssertProblem(400, "bad-json");
        (await writer.PostAsync("/api/batches", "[]")).AssertProblem(400, "no-documents");
        (await writer.PostAsync("/api/batches", "", NdJson)).AssertProblem(400, "unreadable-input");
        (await writer.PostAsync("/api/batches", "x", "application/pdf")).AssertProblem(415, "unsupported-media-type");
        (await writer.PostAsync("/api/batches", Gzip(Encoding.UTF8.GetBytes(record))[..30], NdJson)).AssertProblem(400, "unreadable-input");

        Assert.Equal(before, await ingest.Database.ScalarAsync<long>("select count(*) from pipeline.batches"));
    }

    [Fact]
    public async Task A_name_that_another_submission_has_is_a_conflict()
    {
        using var writer = await ingest.ClientAsync("writer", "names");

        Assert.Equal(201, (await writer.PostAsync("/api/batches?name=nightly", """{"text": "一"}""")).Status);
        (await writer.PostAsync("/api/batches?name=nightly", """{"text": "二"}""")).AssertProblem(409, "conflict");
    }

    private static StreamContent Chunked(string text) => new(new NonSeekable(Encoding.UTF8.GetBytes(text)))
    {
        Headers = { ContentType = new MediaTypeHeaderValue(NdJson) },
    };

    private static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    private Task<string> TextAsync(string id, string source) => ingest.Database.ScalarAsync<string>(
        "select body from pipeline.texts t join pipeline.documents d on d.text_id = t.id where d.external_id = $1 and d.source = $2 and d.tenant = 'default'",
        id, source);

    /// <summary>Its length is not known, so that it is sent in chunks.</summary>
    private sealed class NonSeekable(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
