using System.Text.Json;
using Pipeline.Testing;

namespace Pipeline.Cli.Tests.Commands;

public sealed class FailureClassesCommandTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("failures-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Classes_are_shown_with_the_cure_of_the_frequent_ones()
    {
        await File.WriteAllLinesAsync(
            Path.Combine(_folder, "tickets.jsonl"), Enumerable.Range(1, 40).Select(i => JsonSerializer.Serialize(new { text = $"水泵 {i} 漏水" })), Token);
        await RunAsync("submit", "tickets.jsonl", "--batch", "b", "--recipe", "lead");
        Assert.Contains("no summary is scored yet", (await RunAsync("failures", "classes")).Output, StringComparison.Ordinal);
        await database.DataSource.ExecuteAsync("""
            with signature as (insert into pipeline.signatures (value) values ('statistics') returning id)
            insert into pipeline.text_statistics
                (recipe_id, text_id, signature_id, coverage, density, compression_newsroom, facts, unsupported, at_risk, failures)
            select l.recipe_id, l.text_id, signature.id, 0, 0, 0, 1, '[]', '{number-unit}', case when l.line <= 20 then '{number-unit}'::text[] else '{}' end
            from pipeline.batch_lines l, signature
            """);

        var json = await RunAsync("failures", "classes", "--batch", "b", "--recipe", "lead", "--json");
        var table = await RunAsync("failures", "classes");

        Assert.Equal((0, ""), (json.ExitCode, json.Errors));
        using var first = JsonDocument.Parse(json.Output.Split('\n')[0]);
        Assert.Equal(
            ("lead", "number-unit", 40, 20, true, "numbers: repair", "other-engine"), (
            first.RootElement.GetProperty("recipe").GetString(), first.RootElement.GetProperty("failure_class").GetString(),
            first.RootElement.GetProperty("summaries").GetInt32(), first.RootElement.GetProperty("failed").GetInt32(),
            first.RootElement.GetProperty("is_frequent").GetBoolean(), first.RootElement.GetProperty("cure").GetString(),
            first.RootElement.GetProperty("cure_state").GetString()));
        Assert.Contains("50.0", table.Output, StringComparison.Ordinal);
        Assert.Contains("at least 30 summaries are scored and the whole interval is above 10.0 %", table.Output, StringComparison.Ordinal);

        var unknown = await RunAsync("failures", "classes", "--recipe", "nobody");
        Assert.Equal(2, unknown.ExitCode);
        Assert.Contains("no scored summary by recipe 'nobody'", unknown.Errors, StringComparison.Ordinal);
    }

    private Task<CliRun> RunAsync(params string[] arguments) => CliRun.StartAsync(database, _folder, input: null, arguments);
}
