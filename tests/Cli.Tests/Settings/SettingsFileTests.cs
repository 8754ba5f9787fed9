namespace Pipeline.Cli.Tests.Settings;

public sealed class SettingsFileTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("root-").FullName;
    private readonly string _elsewhere = Directory.CreateTempSubdirectory("elsewhere-").FullName;

    public void Dispose()
    {
        Directory.Delete(_root, recursive: true);
        Directory.Delete(_elsewhere, recursive: true);
    }

    [Fact]
    public async Task A_file_that_is_no_json_is_answered_with_its_place()
    {
        await File.WriteAllTextAsync(Path.Combine(_root, "appsettings.json"), "{\n  \"Pipeline\": { bad\n}", TestContext.Current.CancellationToken);

        foreach (var arguments in (string[][])[["recipes", "list"], ["status"], ["models", "list"]])
        {
            var run = await CliRun.StartAsync([], _root, null, arguments);

            Assert.Equal(1, run.ExitCode);
            Assert.Contains("appsettings.json", run.Errors, StringComparison.Ordinal);
            Assert.Contains("Line 2: 'b' is", run.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_launchers_file_holds_in_every_folder()
    {
        await File.WriteAllTextAsync(Path.Combine(_root, "appsettings.json"), """{"Pipeline": {"Cuda": {"MaxRows": 0}}}""", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_elsewhere, "appsettings.json"), "{ bad", TestContext.Current.CancellationToken);

        var run = await CliRun.StartAsync(new Dictionary<string, string> { ["PIPELINE_ROOT"] = _root }, _elsewhere, null, "models", "list");

        Assert.Equal((1, "error: Pipeline:Cuda:MaxRows (PIPELINE__CUDA__MAXROWS) must be between 1 and 1024."), (run.ExitCode, run.Errors.Trim()));
    }
}
