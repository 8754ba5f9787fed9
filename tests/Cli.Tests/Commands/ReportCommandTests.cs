using System.Globalization;
using Pipeline.Testing;

namespace Pipeline.Cli.Tests.Commands;

public sealed class ReportCommandTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>, IDisposable
{
    private const int Lines = 10;
    private readonly string _folder = Directory.CreateTempSubdirectory("report-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_batch_becomes_a_table_by_recipe_with_the_short_references_apart()
    {
        await ScoreAsync("table");

        var json = (await RunAsync("report", "--batch", "table", "--json")).Json;

        Assert.Equal(("table", "char"), (json.GetProperty("name").GetString(), json.GetProperty("rouge_signature").GetString()));
        var rows = json.GetProperty("rows").EnumerateArray().ToDictionary(row => (row.GetProperty("slice").GetString(), row.GetProperty("recipe").GetString()));
        Assert.Equal([("all", "extractive"), ("all", "lead"), ("short", "extractive"), ("short", "lead")], rows.Keys);
        var lead = rows[("all", "lead")];
        Assert.Equal((Lines, Lines / 2), (lead.GetProperty("documents").GetInt32(), rows[("short", "lead")].GetProperty("documents").GetInt32()));

        // F is 0.4 for lead and 0.5 for extractive, less 0.01 for each line.
        Assert.Equal(0.4 - 0.01 * (Lines - 1) / 2, lead.GetProperty("rouge1").GetDouble(), 9);
        var interval = lead.GetProperty("rouge1_ci95").EnumerateArray().Select(end => end.GetDouble()).ToArray();
        Assert.InRange(lead.GetProperty("rouge1").GetDouble(), interval[0] + 0.001, interval[1] - 0.001);
        Assert.Equal((0.25, 0.5), (lead.GetProperty("seconds").GetDouble(), rows[("all", "extractive")].GetProperty("seconds").GetDouble()));
        Assert.Equal(0.5, lead.GetProperty("compression").GetDouble(), 9);
        Assert.True(lead.GetProperty("information").GetDouble() > 0);
    }

    [Fact]
    public async Task The_table_is_written_for_people_and_programs_and_for_the_recipes_asked_for()
    {
        await ScoreAsync("formats");

        var terminal = await RunAsync("report", "--batch", "formats");
        var markdown = await RunAsync("report", "--batch", "formats", "--recipe", "lead", "extractive", "--format", "markdown");
        var csv = await RunAsync("report", "--batch", "formats", "--recipe", "lead", "--lengths", "--format", "csv", "--output", "table.csv");

        Assert.Equal((0, 0, 0), (terminal.ExitCode, markdown.ExitCode, csv.ExitCode));
        Assert.Contains("ROUGE-L", terminal.Output, StringComparison.Ordinal);
        var lines = markdown.Output.Split('\n');
        Assert.StartsWith("| documents | recipe | n | ROUGE-1 |", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("| all | lead | 10 | 35.50 (", lines[2], StringComparison.Ordinal);
        Assert.StartsWith("| all | extractive | 10 | 45.50 (", lines[3], StringComparison.Ordinal);
        var rows = await File.ReadAllLinesAsync(Path.Combine(_folder, "table.csv"), TestContext.Current.CancellationToken);
        Assert.Equal(["slice", "all", "short", "text 1-100"], rows.Select(row => row.Split(',')[0]));
        Assert.StartsWith("all,lead,10,0.355,", rows[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_some_documents_have_no_reference_the_table_says_how_many_have_one()
    {
        await ScoreAsync("some");
        await database.DataSource.ExecuteAsync("""
            delete from pipeline.rouge_scores r using pipeline.line_scores s join pipeline.batches b on b.id = s.batch_id
            where b.name = 'some' and s.line <= 4 and r.summary_text_id = s.summary_text_id and r.reference_text_id = s.reference_text_id
            """);

        var markdown = await RunAsync("report", "--batch", "some", "--recipe", "lead", "--format", "markdown");

        Assert.Contains($"| all | lead | {Lines} ({Lines - 3}) |", markdown.Output, StringComparison.Ordinal);
        Assert.Contains("in brackets have a reference", markdown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_references_the_table_has_the_rest_and_says_why()
    {
        await ScoreAsync("bare", rouge: false);

        var run = await RunAsync("report", "--batch", "bare", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("no ROUGE", run.Errors, StringComparison.Ordinal);
        var row = run.Json.GetProperty("rows")[0];
        Assert.Equal(System.Text.Json.JsonValueKind.Null, row.GetProperty("rouge1").ValueKind);
        Assert.Equal(0.5, row.GetProperty("seconds").GetDouble());
    }

    [Fact]
    public async Task A_recipe_that_is_not_done_is_named_and_only_documents_that_all_have_are_counted()
    {
        await ScoreAsync("half");
        await database.DataSource.ExecuteAsync("""
            delete from pipeline.summaries s using pipeline.batch_lines l, pipeline.batches b, pipeline.recipes r
            where b.name = 'half' and l.batch_id = b.id and r.name = 'lead' and l.recipe_id = r.id and s.recipe_id = r.id and s.text_id = l.text_id and l.line <= 4
            """);
        await database.DataSource.ExecuteAsync("""
            update pipeline.work_items w set state = 'done' from pipeline.batch_lines l, pipeline.batches b
            where b.name = 'half' and l.batch_id = b.id and w.recipe_id = l.recipe_id and w.text_id = l.text_id and l.summary_text_id is not null
            """);

        var run = await RunAsync("report", "--batch", "half", "--json");

        Assert.Contains($"not every line is summarised by lead; the table covers the {Lines - 3} documents", run.Errors, StringComparison.Ordinal);
        Assert.All(run.Json.GetProperty("rows").EnumerateArray().Take(2), row => Assert.Equal(Lines - 3, row.GetProperty("documents").GetInt32()));
    }

    [Theory]
    [InlineData(2, "was not run with recipe 'nobody'", "--batch", "refused", "--recipe", "nobody")]
    [InlineData(2, "A file needs --format", "--batch", "refused", "--output", "x.txt")]
    [InlineData(2, "Not every recipe has scores under 'word'", "--batch", "refused", "--signature", "word")]
    [InlineData(1, "There is no batch 'nowhere'", "--batch", "nowhere")]
    public async Task What_can_not_be_meant_is_refused(int code, string message, params string[] arguments)
    {
        await ScoreAsync("refused");

        var run = await RunAsync(["report", .. arguments]);

        Assert.Equal(code, run.ExitCode);
        Assert.Contains(message, run.Errors, StringComparison.Ordinal);
    }

    /// <summary>Half of the references are short; lines differ in their scores.</summary>
    private async Task ScoreAsync(string batch, bool rouge = true)
    {
        await SummarizedBatch.CreateAsync(database, _folder, batch, Enumerable.Range(0, Lines).Select(line => (
            string.Create(CultureInfo.InvariantCulture, $"{batch} 水泵 {line} 漏水，已更换密封圈"),
            string.Create(CultureInfo.InvariantCulture, $"{batch} {line} {new string('字', line % 2 == 0 ? 10 : 60)}"))));
        await SummarizedBatch.ScoreAsync(database, batch, rouge ? ["char"] : [], step: 0.01);
    }

    private Task<CliRun> RunAsync(params string[] arguments) => CliRun.StartAsync(database, _folder, input: null, arguments);
}
