using Pipeline.Testing;

namespace Pipeline.Cli.Tests.Commands;

public sealed class ScheduleCommandTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("schedules-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_schedule_is_changed_where_something_is_said_and_stays_elsewhere()
    {
        await SubmitAsync();
        await AddAsync("nightly", "--time-zone", "Asia/Shanghai", "--recipe", "lead", "--pinned", "20", "--fresh", "0");

        var edit = await RunAsync("schedule", "edit", "nightly", "--cron", "30 4 * * 1", "--min-drop", "0.02", "--alarm-after", "1");

        Assert.Equal((0, ""), (edit.ExitCode, edit.Errors));
        Assert.Contains("schedule 'nightly' is changed and runs next at ", edit.Output, StringComparison.Ordinal);
        Assert.Contains("04:30 +08:00", edit.Output, StringComparison.Ordinal);
        var row = (await RunAsync("schedule", "list", "--json")).Json;
        Assert.Equal(
            ("reevaluation", "30 4 * * 1", "Asia/Shanghai", 20, 0, 0.02, 0.1, 1, 3),
            (row.GetProperty("kind").GetString(), row.GetProperty("cron").GetString(), row.GetProperty("time_zone").GetString(),
             row.GetProperty("pinned").GetInt32(), row.GetProperty("fresh").GetInt32(), row.GetProperty("min_drop").GetDouble(),
             row.GetProperty("min_change").GetDouble(), row.GetProperty("alarm_after").GetInt32(), row.GetProperty("alarm_window").GetInt32()));

        await RunAsync("schedule", "pause", "nightly");
        Assert.Contains("it is paused", (await RunAsync("schedule", "edit", "nightly", "--fresh", "20")).Output, StringComparison.Ordinal);
        foreach (var (reason, arguments) in ((string, string[])[])
        [
            ("Nothing is to be changed", []),
            ("no cron expression", ["--cron", "0 25 * * *"]),
            ("needs 20", ["--fresh", "5"]),
            ("after 9 of 3 runs", ["--alarm-after", "9"]),
        ])
        {
            var refused = await RunAsync(["schedule", "edit", "nightly", .. arguments]);
            Assert.NotEqual(0, refused.ExitCode);
            Assert.Contains(reason, refused.Errors, StringComparison.Ordinal);
        }

        Assert.Contains("There is no schedule 'weekly'", (await RunAsync("schedule", "edit", "weekly", "--fresh", "0")).Errors, StringComparison.Ordinal);
        await RunAsync("schedule", "remove", "nightly");
    }

    [Fact]
    public async Task A_stability_check_needs_an_engine_that_draws_and_no_drop()
    {
        await SubmitAsync();

        var engine = await RunAsync("schedule", "add", "stable", "--kind", "stability", "--cron", "0 4 * * *", "--recipe", "lead");
        var samples = await RunAsync("schedule", "add", "stable", "--cron", "0 4 * * *", "--recipe", "lead", "--samples", "5");
        var kind = await RunAsync("schedule", "add", "stable", "--kind", "stabil", "--cron", "0 4 * * *", "--recipe", "lead");

        Assert.Contains("gives the same summary each time", engine.Errors, StringComparison.Ordinal);
        Assert.Contains("are of stability checks", samples.Errors, StringComparison.Ordinal);
        Assert.All((CliRun[])[engine, samples, kind], run => Assert.NotEqual(0, run.ExitCode));
        Assert.Equal(0, await database.ScalarAsync<long>("select count(*) from pipeline.schedules where name = 'stable'"));
    }

    private async Task SubmitAsync()
    {
        await File.WriteAllLinesAsync(
            Path.Combine(_folder, "tickets.csv"), ["id,text", .. Enumerable.Range(1, 40).Select(i => $"{i},{i} 号楼水泵漏水")], TestContext.Current.CancellationToken);
        Assert.Equal("", (await RunAsync("submit", "tickets.csv", "--recipe", "lead")) is { ExitCode: not 0 } failed ? failed.Errors : "");
    }

    private async Task AddAsync(string name, params string[] arguments) =>
        Assert.Equal((0, ""), await RunAsync(["schedule", "add", name, "--cron", "0 3 * * *", .. arguments]) is var run ? (run.ExitCode, run.Errors) : default);

    private Task<CliRun> RunAsync(params string[] arguments) => CliRun.StartAsync(database, _folder, input: null, arguments);
}
