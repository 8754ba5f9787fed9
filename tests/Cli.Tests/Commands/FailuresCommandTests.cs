using Pipeline.Testing;

namespace Pipeline.Cli.Tests.Commands;

public sealed class FailuresCommandTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("failures-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Refused_lines_are_listed_with_their_reason_in_the_language_of_the_reader()
    {
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "tickets.jsonl"),
            """
            {"id": "1", "text": "水泵漏水"}
            {"id": "2", "text": ""}

            """,
            TestContext.Current.CancellationToken);
        Assert.Equal(1, (await RunAsync("en", "submit", "tickets.jsonl", "--batch", "b", "--recipe", "lead")).ExitCode);

        var english = await RunAsync("en", "failures", "list");
        var chinese = await RunAsync("zh", "failures", "list");
        var json = await RunAsync("zh", "failures", "list", "--batch", "b", "--json");

        Assert.Contains("the text is empty", english.Output, StringComparison.Ordinal);
        Assert.Contains("正文为空", chinese.Output, StringComparison.Ordinal);
        // What programs read is the same in every language.
        Assert.Equal(("empty", "the text is empty"), (json.Json.GetProperty("code").GetString(), json.Json.GetProperty("reason").GetString()));
    }

    private Task<CliRun> RunAsync(string language, params string[] arguments)
    {
        _ = TestServers.Postgres;
        return CliRun.StartAsync(
            new Dictionary<string, string>
            {
                ["PIPELINE_LANG"] = language,
                ["PIPELINE__POSTGRES"] = database.ConnectionString,
                ["PIPELINE__RABBITMQ"] = "amqp://nobody:nothing@127.0.0.1:1/",
            },
            _folder, input: null, arguments);
    }
}
