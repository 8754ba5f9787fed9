namespace Pipeline.Cli.Tests.Commands;

/// <summary>What <c>search</c> and <c>answer</c> refuse before they ask anybody; the rest needs workers and is tested with them.</summary>
public sealed class SearchCommandTests
{
    [Theory]
    [InlineData("search", "--from", "yesterday", "--from is no time: write 2026-05-01")]
    [InlineData("search", "--to", "2026-13-01", "--to is no time")]
    [InlineData("answer", "--to", "", "--to is no time")]
    [InlineData("answer", "--top", "11", "--top must be between 1 and 10")]
    [InlineData("search", "--min-similarity", "NaN", "--min-similarity must be between -1 and 1")]
    public async Task Options_that_mean_nothing_are_refused_with_what_can_be_written(string command, string option, string value, string message)
    {
        var run = await CliRun.StartAsync(new Dictionary<string, string>(), Path.GetTempPath(), input: null, command, "水泵", option, value);

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(message, run.Errors, StringComparison.Ordinal);
    }
}
