using System.Text;
using System.Text.Json;
using Pipeline.Testing;
using ParquetFileReader = ParquetSharp.ParquetFileReader;

namespace Pipeline.Cli.Tests.Commands;

public sealed class ResultsCommandTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("results-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_batch_file_of_OpenAI_goes_in_and_its_output_and_error_file_come_out_in_its_order()
    {
        const int Lines = 40;
        var requests = Enumerable.Range(1, Lines).Select(line => JsonSerializer.Serialize(new
        {
            custom_id = $"r-{line}",
            method = "POST",
            url = line % 10 == 0 ? "/v1/embeddings" : "/v1/chat/completions",
            body = new { model = "any", messages = new[] { new { role = "user", content = $"水泵 {line} 漏水" } } },
        }));
        await File.WriteAllLinesAsync(Path.Combine(_folder, "batch.jsonl"), requests, Token);
        Assert.Equal(1, (await RunAsync("submit", "batch.jsonl")).ExitCode);
        await SummarizeAsync("漏水", except: "水泵 7 漏水");

        var run = await RunAsync("results", "--batch", "batch.jsonl", "--format", "openai", "--output", "out.jsonl", "--errors", "err.jsonl");
        var mixed = await RunAsync("results", "--batch", "batch.jsonl", "--format", "openai");
        var parquet = await RunAsync("results", "--batch", "batch.jsonl", "--format", "parquet");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        int[] failed = [7, 10, 20, 30, 40];
        Assert.Equal(Enumerable.Range(1, Lines).Except(failed).Select(line => $"r-{line}"), Ids("out.jsonl"));
        Assert.Equal(failed.Select(line => $"r-{line}"), Ids("err.jsonl"));
        Assert.Equal(["pending", "wrong-endpoint", "wrong-endpoint", "wrong-endpoint", "wrong-endpoint"], Read("err.jsonl").Select(line =>
            line.GetProperty("error").GetProperty("code").GetString()));
        Assert.All(Read("out.jsonl"), line => Assert.Equal(
            "漏水",
            line.GetProperty("response").GetProperty("body").GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()));
        Assert.Equal(
            Enumerable.Range(1, Lines).Select(line => $"r-{line}"),
            mixed.Output.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement.GetProperty("custom_id").GetString()));
        Assert.Equal((2, "error: Parquet is written to a file; name it with --output."), (parquet.ExitCode, parquet.Errors.Trim()));
    }

    [Fact]
    public async Task Several_recipes_do_not_fit_into_one_output_of_OpenAI()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "two.csv"), "id,text\n1,电梯停运\n", Token);
        await RunAsync("submit", "two.csv", "--recipe", "extractive", "lead");

        var run = await RunAsync("results", "--batch", "two.csv", "--format", "openai");
        var one = await RunAsync("results", "--batch", "two.csv", "--format", "openai", "--recipe", "lead");

        Assert.Equal(2, run.ExitCode);
        Assert.EndsWith("has several recipes; choose with --recipe: extractive, lead.", run.Errors.Trim(), StringComparison.Ordinal);
        Assert.Equal(0, one.ExitCode);
        Assert.Single(one.Output.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Each_line_says_what_its_document_is_filed_under()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "filed.csv"), "id,text,kind\n1,电梯停运,电梯\n2,门禁失灵,\n3,,电梯\n", Token);
        Assert.Equal(1, (await RunAsync("submit", "filed.csv", "--category-column", "kind", "--recipe", "extractive", "lead")).ExitCode);
        string?[] expected = ["电梯", "电梯", null, null, null];

        var csv = await RunAsync("results", "--batch", "filed.csv");
        var json = await RunAsync("results", "--batch", "filed.csv", "--json", "--provenance", "--statistics");
        var parquet = await RunAsync("results", "--batch", "filed.csv", "--format", "parquet", "--output", "filed.parquet");

        Assert.Equal((0, 0, 0), (csv.ExitCode, json.ExitCode, parquet.ExitCode));
        Assert.Equal(["category", .. expected.Select(category => category ?? "")], csv.Output.TrimEnd().Split("\r\n").Select(line => line.Split(',')[^1]));
        Assert.Equal(expected, json.Output.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement.GetProperty("category").GetString()));
        using var file = new ParquetFileReader(Path.Combine(_folder, "filed.parquet"));
        using var group = file.RowGroup(0);
        var last = file.FileMetaData.Schema.NumColumns - 1;
        Assert.Equal("category", file.FileMetaData.Schema.Column(last).Name);
        using var reader = group.Column(last).LogicalReader<string?>();
        Assert.Equal(expected, reader.ReadAll((int)group.MetaData.NumRows));
    }

    // What the workers would do, in three statements.
    private async Task SummarizeAsync(string summary, string except)
    {
        await using var command = database.DataSource.CreateCommand("""
            insert into pipeline.texts (sha256, body, chars) values (sha256(convert_to($1, 'UTF8')), $1, char_length($1)) on conflict do nothing
            """);
        command.Parameters.Add(new() { Value = summary });
        await command.ExecuteNonQueryAsync(Token);
        await using var settle = database.DataSource.CreateCommand("""
            with made as (
                insert into pipeline.summaries (recipe_id, text_id, summary_text_id, finish_reason, truncated)
                select w.recipe_id, w.text_id, s.id, 'extracted', false
                from pipeline.work_items w
                join pipeline.recipes r on r.id = w.recipe_id and r.stage = 'summarize'
                join pipeline.texts t on t.id = w.text_id and t.body like '水泵%' and t.body <> $2
                cross join (select id from pipeline.texts where body = $1) s
                returning recipe_id, text_id)
            update pipeline.work_items w set state = 'done' from made where made.recipe_id = w.recipe_id and made.text_id = w.text_id
            """);
        settle.Parameters.Add(new() { Value = summary });
        settle.Parameters.Add(new() { Value = except });
        await settle.ExecuteNonQueryAsync(Token);
    }

    private IEnumerable<string?> Ids(string file) => Read(file).Select(line => line.GetProperty("custom_id").GetString());

    private List<JsonElement> Read(string file) =>
        [.. File.ReadLines(Path.Combine(_folder, file), Encoding.UTF8).Select(line => JsonDocument.Parse(line).RootElement)];

    private Task<CliRun> RunAsync(params string[] arguments) => CliRun.StartAsync(database, _folder, input: null, arguments);
}
