using System.Text.RegularExpressions;
using Pipeline.Cli.Commands;

namespace Pipeline.Cli.Tests;

public sealed partial class LauncherTests
{
    private static readonly string s_root = Testing.Checkout.Root;

    [Fact]
    public void Every_command_of_the_program_can_be_reached_through_the_launcher()
    {
        Assert.Empty(PipelineCommand.Create().Subcommands.Select(command => command.Name).Except(Commands()));
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("README.zh-CN.md")]
    public void Every_command_is_in_the_table_of_the_readme(string file)
    {
        var table = string.Concat(File.ReadLines(Path.Combine(s_root, file)).Where(line => line.StartsWith("| `", StringComparison.Ordinal)));

        Assert.All(Commands().Except(["help"]), command => Assert.Matches($@"`{command}\b", table));
    }

    [Theory]
    [InlineData("sumbit", "'submit'")]
    [InlineData("statu", "'status'")]
    [InlineData("summarise", "'summarize'")]
    public async Task A_misspelt_command_names_the_nearest(string misspelt, string nearest)
    {
        var run = await LaunchAsync(misspelt);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(nearest, run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_is_near_to_none_names_none()
    {
        var run = await LaunchAsync("xyzzy");

        Assert.Equal(2, run.ExitCode);
        Assert.DoesNotContain("did you mean", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_misspelt_option_of_demo_starts_nothing()
    {
        var run = await LaunchAsync("demo", "--fil", "x.csv");

        Assert.Equal(2, run.ExitCode);
        Assert.Equal("pipeline: demo has no option '--fil'; it takes --file FILE, --models EMBEDDER GENERATOR and --stop", run.Errors.Trim());
    }

    [Fact]
    public async Task The_usage_of_servers_is_told_in_Chinese_too()
    {
        var run = await LaunchAsync("--lang", "zh", "servers", "nothing");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("用法", run.Errors, StringComparison.Ordinal);
    }

    private static Task<CliRun> LaunchAsync(params string[] arguments) =>
        CliRun.StartProgramAsync(new() { ["PIPELINE_LANG"] = "en" }, s_root, null, Path.Combine(s_root, "pipeline"), arguments);

    private static List<string> Commands()
    {
        var names = Listed().Matches(File.ReadAllText(Path.Combine(s_root, "pipeline"))).Select(match => match.Groups[1].Value).ToList();
        Assert.Contains("submit", names);
        return names;
    }

    [GeneratedRegex(@"^([a-z]+) +\| (?:own|cli) \|", RegexOptions.Multiline)]
    private static partial Regex Listed();
}
