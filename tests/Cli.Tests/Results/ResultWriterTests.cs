using System.Text.Json;
using ParquetSharp;
using Pipeline.Cli.Results;
using Pipeline.Storage.Exports;
using Pipeline.Storage.Reports;

namespace Pipeline.Cli.Tests.Results;

public sealed class ResultWriterTests : IDisposable
{
    private static readonly ResultRow Done = new(
        2, "工单-1", "done", "extractive", "水泵漏水，\"急\"", null, "extracted", false, 0.5, 0.25, null, null, -0.125, 1,
        DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), null, null, ["number-unsupported", "repetition"]);

    private static readonly ResultRow Refused = new(
        3, null, "rejected", null, null, "ingest: empty: the text is empty", null, null, null, null, null, null, null, null, null, null, null, null);

    private static readonly ResultRow Pending = new(
        4, "b", "pending", "extractive", null, null, null, null, null, null, null, null, null, null, null, null, null, null);

    private readonly string _folder = Directory.CreateTempSubdirectory("results-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Output => Path.Combine(_folder, "results");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Csv_has_a_header_and_quotes_where_it_must() => Assert.Equal(
        [
            "line,id,state,recipe,summary,error,finish_reason,truncated,cosine,compression,rouge1_f,rouge2_f,rougel_f,rougelsum_f,flags,category",
            "2,工单-1,done,extractive,\"水泵漏水，\"\"急\"\"\",,extracted,false,0.5,0.25,,,-0.125,1,number-unsupported repetition,'=机房",
            "3,,rejected,,,ingest: empty: the text is empty,,,,,,,,,,",
            "4,b,pending,extractive,,,,,,,,,,,,",
            "",
        ],
        (await WriteAsync(ResultFormat.Csv, Done with { Category = "=机房" }, Refused, Pending)).Split("\r\n"));

    [Theory]
    [InlineData("=1+2", "'=1+2")]
    [InlineData("+86 138", "'+86 138")]
    [InlineData("-5 ℃", "'-5 ℃")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\tx", "'\tx")]
    [InlineData("\rx", "\"'\rx\"")]
    [InlineData("=cmd|' /C calc'!A0,\"x\"", "\"'=cmd|' /C calc'!A0,\"\"x\"\"\"")]
    [InlineData("＝1", "'＝1")]
    [InlineData("a=1", "a=1")]
    [InlineData("'a", "'a")]
    public async Task Csv_disarms_texts_that_a_spreadsheet_would_run(string summary, string cell)
    {
        var row = Done with { Id = summary, Summary = summary };

        var safe = await WriteAsync(ResultFormat.Csv, row);
        var raw = await WriteAsync(ResultFormat.Csv, rawCsv: true, row);

        Assert.Contains($"\r\n2,{cell},done,extractive,{cell},,extracted,false,0.5,0.25,,,-0.125,1,number-unsupported repetition,\r\n", safe, StringComparison.Ordinal);
        Assert.Equal(cell.Contains('\'', StringComparison.Ordinal) && cell != "'a", safe != raw);
    }

    [Fact]
    public async Task Json_lines_have_every_column_on_every_line()
    {
        var lines = (await WriteAsync(ResultFormat.JsonLines, Done, Refused)).TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();

        Assert.Equal("水泵漏水，\"急\"", lines[0].GetProperty("summary").GetString());
        Assert.Equal(-0.125, lines[0].GetProperty("rougel_f").GetDouble());
        Assert.Equal(JsonValueKind.Null, lines[1].GetProperty("id").ValueKind);
        Assert.Equal(lines[0].EnumerateObject().Select(field => field.Name), lines[1].EnumerateObject().Select(field => field.Name));
    }

    [Fact]
    public async Task Parquet_has_the_types_of_the_values_and_every_row_over_row_groups()
    {
        var rows = Enumerable.Range(0, 20_001).Select(i => i == 7 ? Refused : Done with { Line = i, Category = "机房" }).ToArray();

        await WriteAsync(ResultFormat.Parquet, rows);

        using var file = new ParquetFileReader(Output);
        Assert.Equal(2, file.FileMetaData.NumRowGroups);
        Assert.Equal(Enumerable.Range(0, 20_001).Select(i => i == 7 ? 3L : i), Column<long>(file, "line"));
        Assert.Equal(Done.Summary, Column<string>(file, "summary")[20_000]);
        Assert.Null(Column<string>(file, "summary")[7]);
        Assert.Equal(new double?[] { -0.125, null }, Column<double?>(file, "rougel_f").Skip(6).Take(2));
        Assert.Equal(["机房", null], Column<string?>(file, "category").Skip(6).Take(2));
        Assert.Equal(new bool?[] { false, null }, Column<bool?>(file, "truncated").Skip(6).Take(2));
    }

    [Fact]
    public async Task Provenance_stands_behind_the_other_columns_in_every_format()
    {
        var row = Done with
        {
            PromptTokens = 30,
            OutputTokens = 12,
            Provenance = new("=crm", "onnx/1", "seqgpt", "ab12", "gte", "cd34", "rouge|tok:char-1", 25, null),
        };
        string[] values = ["'=crm", "onnx/1", "seqgpt", "ab12", "gte", "cd34", "rouge|tok:char-1", "2023-11-14T22:13:20.0000000Z", "25", "", "30", "12"];
        var columns = ResultColumn.Choose(provenance: true, statistics: false);
        var names = ResultColumn.Provenance.Select(column => column.Name).ToArray();

        var csv = (await WriteAsync(ResultFormat.Csv, false, columns, row, Refused)).Split("\r\n");
        Assert.EndsWith("flags,category," + string.Join(',', names), csv[0], StringComparison.Ordinal);
        Assert.EndsWith("," + string.Join(',', values), csv[1], StringComparison.Ordinal);
        Assert.EndsWith(new string(',', names.Length), csv[2], StringComparison.Ordinal);
        await WriteAsync(ResultFormat.Parquet, false, columns, row, Refused);
        using var file = new ParquetFileReader(Output);
        Assert.Equal(new long?[] { 30, null }, Column<long?>(file, "prompt_tokens"));
        Assert.Equal(["ab12", null], Column<string?>(file, "recipe_sha256"));
    }

    [Fact]
    public async Task Statistics_stand_last_in_every_format()
    {
        var row = Done with
        {
            Statistics = new("text|tok:char-1", 0.75, 2.5, 3, 0.25, 0.5, null, 0, 0, null, 1, 0, """[{"kind": "number"}]""", ["multi-event"], ["number-unit", "abbreviation"]),
        };
        var columns = ResultColumn.Choose(provenance: true, statistics: true);

        var csv = (await WriteAsync(ResultFormat.Csv, false, columns, row, Refused)).Split("\r\n");
        var json = (await WriteAsync(ResultFormat.JsonLines, false, columns, row, Refused)).Split('\n');

        Assert.EndsWith(
            "output_tokens,statistics_signature,coverage,density,compression_newsroom,novel_1gram,novel_2gram,novel_3gram,repeated_1gram,repeated_2gram,"
            + "number_precision,facts,fact_precision,unsupported,at_risk,failures", csv[0], StringComparison.Ordinal);
        Assert.EndsWith(
            ",text|tok:char-1,0.75,2.5,3,0.25,0.5,,0,0,,1,0,\"[{\"\"kind\"\": \"\"number\"\"}]\",multi-event,number-unit abbreviation", csv[1], StringComparison.Ordinal);
        Assert.EndsWith(new string(',', ResultColumn.Statistics.Count), csv[2], StringComparison.Ordinal);
        Assert.EndsWith("\"at_risk\":[\"multi-event\"],\"failures\":[\"number-unit\",\"abbreviation\"]}", json[0], StringComparison.Ordinal);
        Assert.EndsWith("\"at_risk\":null,\"failures\":null}", json[1], StringComparison.Ordinal);
        await WriteAsync(ResultFormat.Parquet, false, columns, row, Refused);
        using var file = new ParquetFileReader(Output);
        Assert.Equal(new double?[] { 2.5, null }, Column<double?>(file, "density"));
        Assert.Equal(new long?[] { 1, null }, Column<long?>(file, "facts"));
    }

    [Fact]
    public async Task OpenAi_lines_have_a_completion_or_an_error()
    {
        var lines = (await WriteAsync(
            ResultFormat.OpenAi, Done, Refused, Pending, Done with { FinishReason = "length", PromptTokens = 30, OutputTokens = 12 },
            Done with { State = "quarantined", Error = "embed: timeout: no answer; summarize: x: y" })).TrimEnd().Split('\n');

        Assert.Equal(
            """
            {"id":"batch_req_7_2","custom_id":"工单-1","response":{"status_code":200,"request_id":"req_7_2","body":{"id":"chatcmpl-7-2","object":"chat.completion","created":1700000000,"model":"extractive","choices":[{"index":0,"message":{"role":"assistant","content":"水泵漏水，\"急\"","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":null}},"error":null}
            """, lines[0]);
        Assert.Equal("""{"id":"batch_req_7_3","custom_id":null,"response":null,"error":{"code":"empty","message":"ingest: empty: the text is empty"}}""", lines[1]);
        Assert.Equal("""{"id":"batch_req_7_4","custom_id":"b","response":null,"error":{"code":"pending","message":"The line has no result; its state is pending."}}""", lines[2]);
        Assert.Contains(""""finish_reason":"length"}],"usage":{"prompt_tokens":30,"completion_tokens":12,"total_tokens":42}}},"error":null}"""", lines[3], StringComparison.Ordinal);
        Assert.EndsWith(""","response":null,"error":{"code":"timeout","message":"embed: timeout: no answer; summarize: x: y"}}""", lines[4], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_appears_when_it_is_complete_and_an_earlier_one_stays_until_then()
    {
        await File.WriteAllTextAsync(Output, "earlier", Token);
        foreach (var format in Enum.GetValues<ResultFormat>())
        {
            await using (var writer = ResultWriter.Create(Output, format, ResultColumn.All, batchId: 7, rawCsv: false))
            {
                await writer.WriteAsync(Done);
            }

            Assert.Equal("earlier", await File.ReadAllTextAsync(Output, Token));
            Assert.Single(Directory.GetFiles(_folder));
        }
    }

    private static T[] Column<T>(ParquetFileReader file, string name)
    {
        var values = new List<T>();
        for (var index = 0; index < file.FileMetaData.NumRowGroups; index++)
        {
            using var group = file.RowGroup(index);
            var place = Enumerable.Range(0, file.FileMetaData.NumColumns).Single(column => file.FileMetaData.Schema.Column(column).Name == name);
            using var reader = group.Column(place).LogicalReader<T>();
            values.AddRange(reader.ReadAll((int)group.MetaData.NumRows));
        }

        return [.. values];
    }

    private Task<string> WriteAsync(ResultFormat format, params ResultRow[] rows) => WriteAsync(format, rawCsv: false, rows);

    private Task<string> WriteAsync(ResultFormat format, bool rawCsv, params ResultRow[] rows) => WriteAsync(format, rawCsv, ResultColumn.All, rows);

    private async Task<string> WriteAsync(ResultFormat format, bool rawCsv, IReadOnlyList<ResultColumn> columns, params ResultRow[] rows)
    {
        await using var writer = ResultWriter.Create(Output, format, columns, batchId: 7, rawCsv);
        foreach (var row in rows)
        {
            await writer.WriteAsync(row);
        }

        await writer.CompleteAsync();
        return await File.ReadAllTextAsync(Output, System.Text.Encoding.UTF8, Token);
    }
}
