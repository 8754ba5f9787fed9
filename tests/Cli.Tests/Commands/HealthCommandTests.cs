using System.Text.Json;
using Pipeline.Storage.Alerts;
using Pipeline.Storage.Scores;
using Pipeline.Testing;

namespace Pipeline.Cli.Tests.Commands;

/// <summary><c>alerts</c>, <c>calibrate</c> and <c>breach</c>.</summary>
public sealed class HealthCommandTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("health-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Alerts_are_listed_and_acknowledged_and_an_id_that_nobody_knows_is_named()
    {
        var alert = await new AlertLedger(database.DataSource).RaiseAsync(new Alert("drift", "r/e", AlertSeverity.Critical, "It has fallen.", "select 1"), Token);

        var acknowledged = await RunAsync("alerts", "acknowledge", $"{alert.Id}", "999999", "--by", "张三", "--json");
        var listed = await RunAsync("alerts", "list");

        Assert.Equal(1, acknowledged.ExitCode);
        Assert.Equal("张三", acknowledged.Json.GetProperty("acknowledged_by").GetString());
        Assert.Equal("critical", acknowledged.Json.GetProperty("severity").GetString());
        Assert.Contains("There is no alert 999999", acknowledged.Errors, StringComparison.Ordinal);
        Assert.Equal(0, listed.ExitCode);
        Assert.Contains("acknowledged (张三)", listed.Output, StringComparison.Ordinal);
        Assert.Contains("It has fallen.", listed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limits_are_proposed_put_in_force_and_taken_back()
    {
        await HistoryAsync("calibration", texts: 70);

        var proposed = await RunAsync("calibrate", "--batch", "calibration", "--false-alarms", "0.05", "--json");
        Assert.Equal((0, ""), (proposed.ExitCode, proposed.Errors));
        Assert.Equal(59, proposed.Json.GetProperty("needed_samples").GetInt32());
        var band = proposed.Json.GetProperty("bands")[0];
        Assert.Equal((1, 50, 70, true), (band.GetProperty("min_chars").GetInt32(), band.GetProperty("max_chars").GetInt32(), band.GetProperty("samples").GetInt32(), band.GetProperty("enough").GetBoolean()));
        Assert.Equal(0.512, band.GetProperty("min_cosine").GetDouble());
        Assert.Empty(await new HealthBands(database.DataSource).ListAsync(Token));

        var applied = await RunAsync("calibrate", "--batch", "calibration", "--false-alarms", "0.05", "--apply");
        Assert.Equal(0, applied.ExitCode);
        var stored = await database.DataSource.ScalarAsync<long>("select count(*) from pipeline.health_scores");
        Assert.Contains($"limits are in force; {stored:N0} stored scores were judged anew", applied.Output, StringComparison.Ordinal);
        Assert.Single(await new HealthBands(database.DataSource).ListAsync(Token));

        Assert.Equal(0, (await RunAsync("calibrate", "--batch", "calibration", "--reset")).ExitCode);
        Assert.Empty(await new HealthBands(database.DataSource).ListAsync(Token));
    }

    [Fact]
    public async Task With_too_few_texts_nothing_is_put_in_force_and_the_number_that_is_needed_is_said()
    {
        await HistoryAsync("small", texts: 20);

        var run = await RunAsync("calibrate", "--batch", "small", "--apply");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("299 texts needed", run.Output, StringComparison.Ordinal);
        Assert.Contains("No length has the 299 scored texts that are needed", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--lengths must be ascending", "--lengths", "100,50")]
    [InlineData("--lengths must be ascending", "--lengths", "many")]
    [InlineData("--false-alarms must lie between", "--false-alarms", "0.5")]
    [InlineData("has no recipe 'nobody'", "--recipe", "nobody")]
    [InlineData("exclude each other", "--apply", "--reset")]
    public async Task What_can_not_be_meant_is_refused(string message, params string[] arguments)
    {
        await HistoryAsync("refused", texts: 1);

        var run = await RunAsync(["calibrate", "--batch", "refused", .. arguments]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_becomes_of_a_breach_is_chosen_by_recipe()
    {
        Assert.Equal(2, (await RunAsync("breach", "set", "extractive", "fallback")).ExitCode);
        Assert.Equal(2, (await RunAsync("breach", "set", "extractive", "quarantine", "--to", "lead")).ExitCode);
        Assert.Equal(2, (await RunAsync("breach", "set", "nobody", "quarantine")).ExitCode);

        var set = await RunAsync("breach", "set", "extractive", "fallback", "--to", "lead", "--json");
        Assert.Equal(("extractive", "fallback", "lead"), (
            set.Json.GetProperty("recipe").GetString(), set.Json.GetProperty("action").GetString(), set.Json.GetProperty("fallback").GetString()));
        Assert.Equal(0, (await RunAsync("breach", "set", "extractive", "flag")).ExitCode);
        Assert.Equal("", (await RunAsync("breach", "list", "--json")).Output);
    }

    /// <summary>A batch whose summaries have the cosines 0.495, 0.500, ...</summary>
    private async Task HistoryAsync(string batch, int texts)
    {
        await File.WriteAllLinesAsync(
            Path.Combine(_folder, "history.jsonl"), Enumerable.Range(1, texts).Select(i => JsonSerializer.Serialize(new { text = $"{batch} 水泵 {i} 漏水" })), Token);
        await RunAsync("submit", "history.jsonl", "--batch", batch);
        await database.DataSource.ExecuteAsync("""
            insert into pipeline.health_scores (recipe_id, embedder_id, text_id, summary_text_id, cosine, compression, drift_alarm, compression_alarm)
            select r.recipe_id, b.embedder_id, d.text_id, d.text_id, 0.49 + 0.005 * bi.line, 0.2, false, false
            from pipeline.batches b join pipeline.batch_recipes r on r.batch_id = b.id join pipeline.batch_items bi on bi.batch_id = b.id
            join pipeline.documents d on d.id = bi.document_id
            where b.name = $1 on conflict do nothing
            """, batch);
    }

    private Task<CliRun> RunAsync(params string[] arguments) => CliRun.StartAsync(database, _folder, input: null, arguments);
}
