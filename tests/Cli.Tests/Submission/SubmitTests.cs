using System.IO.Compression;
using System.Text;
using Pipeline.Testing;

namespace Pipeline.Cli.Tests.Submission;

public sealed class SubmitTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("submit-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_packed_file_is_the_batch_of_its_content()
    {
        var content = Content("packed");
        await WriteAsync("packed.csv", content);
        await WriteAsync("packed.csv.gz", Gzip(content));

        var plain = (await SubmitAsync("packed.csv")).Json;
        var packed = (await SubmitAsync("packed.csv.gz")).Json;

        Assert.Equal(3, plain.GetProperty("accepted").GetInt32());
        Assert.True(packed.GetProperty("resubmitted").GetBoolean());
        Assert.Equal(plain.GetProperty("batch").GetInt64(), packed.GetProperty("batch").GetInt64());
    }

    [Fact]
    public async Task Standard_input_is_recognised_by_its_content()
    {
        var content = Content("stdin");

        var first = await CliRun.StartAsync(database, _folder, content, "submit", "-", "--format", "csv", "--json");
        var second = await CliRun.StartAsync(database, _folder, Gzip(content), "submit", "-", "--format", "csv", "--json");
        var other = await CliRun.StartAsync(database, _folder, Content("other"), "submit", "-", "--format", "csv", "--json");

        Assert.Equal((0, 0, 0), (first.ExitCode, second.ExitCode, other.ExitCode));
        // Another test of this class may have taken the name itself.
        Assert.StartsWith("stdin", first.Json.GetProperty("name").GetString(), StringComparison.Ordinal);
        Assert.True(second.Json.GetProperty("resubmitted").GetBoolean());
        Assert.False(other.Json.GetProperty("resubmitted").GetBoolean());
    }

    [Fact]
    public async Task Refused_lines_of_standard_input_are_listed_in_the_working_folder()
    {
        var run = await CliRun.StartAsync(database, _folder, "{\"text\":\"甲 listed\"}\n{}\n"u8.ToArray(), "submit", "-", "--json");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("stdin.rejects.jsonl", run.Json.GetProperty("rejects_file").GetString());
        Assert.Single(await File.ReadAllLinesAsync(Path.Combine(_folder, "stdin.rejects.jsonl"), Token));
    }

    [Fact]
    public async Task Standard_input_that_tells_nothing_needs_a_format()
    {
        var run = await CliRun.StartAsync(database, _folder, Content("untold"), "submit", "-");

        Assert.Equal(1, run.ExitCode);
        Assert.EndsWith("error: standard input has no extension; say what it is with --format (csv, tsv, jsonl, openai, parquet, lcsts).", run.Errors.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_packed_file_that_is_cut_short_leaves_nothing_behind()
    {
        var content = Content("cut", 20_000);
        await WriteAsync("cut.csv.gz", Gzip(content)[..^100]);

        var run = await SubmitAsync("cut.csv.gz", "--batch", "cut");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("cut.csv.gz is cut short or damaged: its gzip data cannot be unpacked beyond byte ", run.Errors, StringComparison.Ordinal);
        Assert.Equal(0, await database.ScalarAsync<long>("select count(*) from pipeline.batches where name = 'cut'"));
        Assert.Equal(0, await database.ScalarAsync<long>("select count(*) from pipeline.documents where source = 'cut.csv'"));
    }

    [Fact]
    public async Task A_bad_byte_in_a_gb18030_file_costs_one_line()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var gb18030 = Encoding.GetEncoding("gb18030");
        await WriteAsync("gb.csv", [.. gb18030.GetBytes("id,内容\n1,水泵漏水\n2,电梯"), 0xFF, .. gb18030.GetBytes("停运\n3,路灯不亮\n")]);

        var run = await SubmitAsync("gb.csv", "--encoding", "GB18030");

        Assert.Equal((1, 2, 1), (run.ExitCode, run.Json.GetProperty("accepted").GetInt32(), run.Json.GetProperty("rejected").GetInt32()));
        Assert.Contains(
            "line 3, character 5: byte 0xFF does not exist in the file's encoding",
            await File.ReadAllTextAsync(Path.Combine(_folder, "gb.csv.rejects.jsonl"), Token), StringComparison.Ordinal);
        Assert.Equal("水泵漏水,路灯不亮", await database.ScalarAsync<string>("""
            select string_agg(t.body, ',' order by d.external_id) from pipeline.documents d join pipeline.texts t on t.id = d.text_id where d.source = 'gb.csv'
            """));
    }

    [Fact]
    public async Task A_batch_file_of_OpenAI_loads_and_a_line_for_another_endpoint_is_refused()
    {
        await WriteAsync("batch.jsonl", """
            {"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"model":"m","messages":[{"role":"user","content":"水泵漏水 batch"}]}}
            {"custom_id":"b","method":"POST","url":"/v1/embeddings","body":{"model":"m","input":"水泵"}}
            """u8.ToArray());

        var run = await SubmitAsync("batch.jsonl");

        Assert.Equal((1, 1, 1), (run.ExitCode, run.Json.GetProperty("accepted").GetInt32(), run.Json.GetProperty("rejected").GetInt32()));
        Assert.Contains(
            "\"line\":2,\"id\":\"b\",\"code\":\"wrong-endpoint\",\"reason\":\"the line asks for POST /v1/embeddings; only",
            await File.ReadAllTextAsync(Path.Combine(_folder, "batch.jsonl.rejects.jsonl"), Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_not_used_and_why_lines_were_refused_is_said_at_once()
    {
        await WriteAsync("said.csv", "工单编号,工单描述,区域,办结摘要\n1,said 水泵漏水,东区,x\n2,,西区,x\n3,said 电梯停运,东区,x\n4,，。,东区,x\n5,,东区,x\n"u8.ToArray());

        var json = await SubmitAsync("said.csv");
        var again = await CliRun.StartAsync(database, _folder, null, "submit", "said.csv", "--batch", "said again");

        Assert.Equal(["区域", "办结摘要"], json.Json.GetProperty("unused_fields").EnumerateArray().Select(field => field.GetString()));
        Assert.Equal((2, 1), (json.Json.GetProperty("rejected_by_code").GetProperty("empty").GetInt32(), json.Json.GetProperty("rejected_by_code").GetProperty("no-words").GetInt32()));
        Assert.Contains("columns that were not used: 区域, 办结摘要 (", again.Errors, StringComparison.Ordinal);
        Assert.Contains("  empty: 2 refused\n  no-words: 1 refused\n", again.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_without_a_name_is_refused()
    {
        await WriteAsync("nameless.csv", Content("nameless"));

        var run = await SubmitAsync("nameless.csv", "--batch", " ");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("The --batch name is empty.", run.Errors, StringComparison.Ordinal);
        Assert.Equal(0, await database.ScalarAsync<long>("select count(*) from pipeline.documents where source = 'nameless.csv'"));
    }

    private static byte[] Content(string mark, int lines = 3) =>
        Encoding.UTF8.GetBytes("id,text\n" + string.Concat(Enumerable.Range(1, lines).Select(line => $"{line},{mark} 水泵 {line} 漏水\n")));

    private static byte[] Gzip(byte[] content)
    {
        var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            stream.Write(content);
        }

        return packed.ToArray();
    }

    private Task WriteAsync(string name, byte[] content) => File.WriteAllBytesAsync(Path.Combine(_folder, name), content, Token);

    private Task<CliRun> SubmitAsync(string file, params string[] more) =>
        CliRun.StartAsync(database, _folder, input: null, ["submit", file, "--json", .. more]);
}
