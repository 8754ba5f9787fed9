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

    private static List<string> Commands()
    {
        var names = Listed().Matches(File.ReadAllText(Path.Combine(s_root, "pipeline"))).Select(match => match.Groups[1].Value).ToList();
        Assert.Contains("submit", names);
        return names;
    }

    [GeneratedRegex(@"^([a-z]+) +\| (?:own|cli) \|", RegexOptions.Multiline)]
    private static partial Regex Listed();
}
