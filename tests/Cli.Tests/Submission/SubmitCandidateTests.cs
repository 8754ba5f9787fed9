using Pipeline.Storage;
using Pipeline.Testing;

namespace Pipeline.Cli.Tests.Submission;

/// <summary><c>submit --candidate-column</c>.</summary>
public sealed class SubmitCandidateTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("candidates-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Summaries_of_a_file_become_results_of_a_recipe_of_their_own()
    {
        await WriteAsync("id,text,summary,human\n1,水泵漏水,参考,人工摘要\n2,水泵漏电,,\n3,水泵漏水,,另一条\n4,水泵异响,,异响\n");

        var run = await RunAsync("submit", "tickets.csv", "--candidate-column", "human", "--json");
        var again = await RunAsync("submit", "tickets.csv", "--candidate-column", "human", "--json");
        var other = await RunAsync("submit", "tickets.csv", "--candidate-column", "human", "--candidate-recipe", "agents", "--recipe", "lead", "--json");

        Assert.Equal((1, 2, 2), (run.ExitCode, run.Json.GetProperty("accepted").GetInt32(), run.Json.GetProperty("rejected").GetInt32()));
        Assert.True(again.Json.GetProperty("resubmitted").GetBoolean());
        Assert.Equal(
            ["agents 2", "candidate 2", "lead 2"],
            await database.DataSource.ColumnAsync<string>("select concat_ws(' ', recipe, count(*)) from pipeline.results group by recipe order by recipe"));
        Assert.Equal(
            ["2 no-candidate", "3 other-candidate"],
            await database.DataSource.ColumnAsync<string>(
                "select concat_ws(' ', external_id, code) from pipeline.batch_rejects where batch_id = $1 order by line", run.Json.GetProperty("batch").GetInt64()));
        Assert.Equal("参考|人工摘要", await database.DataSource.ScalarAsync<string>(
            "select reference || '|' || summary from pipeline.results where id = '1' and recipe = 'candidate'"));
        Assert.Equal(2, other.Json.GetProperty("accepted").GetInt32());

        // What runs recipes never meets it.
        var current = await new RecipeRegistry(database.DataSource).CurrentAsync(Token);
        Assert.DoesNotContain(current, row => row.Name is "candidate" or "agents");
        Assert.Contains(current, row => row.Name == "lead");
        Assert.Null(await new RecipeRegistry(database.DataSource).CurrentAsync("candidate", "summarize", Token));
    }

    [Theory]
    [InlineData("needs --candidate-column", "--candidate-recipe", "x")]
    [InlineData("'lead' is a recipe that makes summaries", "--candidate-column", "summary", "--candidate-recipe", "lead")]
    [InlineData("has no column 'nobody'", "--candidate-column", "nobody")]
    [InlineData("can't name a recipe", "--candidate-column", "summary", "--candidate-recipe", "No Name!")]
    public async Task What_can_not_be_meant_is_refused_and_leaves_nothing(string message, params string[] arguments)
    {
        await WriteAsync("id,text,summary\n1,水泵漏水,漏水\n");
        var before = await database.DataSource.ScalarAsync<long>("select count(*) from pipeline.batches");

        var run = await RunAsync(["submit", "tickets.csv", .. arguments]);

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(message, run.Errors, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(before, await database.DataSource.ScalarAsync<long>("select count(*) from pipeline.batches"));
    }

    private Task WriteAsync(string content) => File.WriteAllTextAsync(Path.Combine(_folder, "tickets.csv"), content, Token);

    private Task<CliRun> RunAsync(params string[] arguments) => CliRun.StartAsync(database, _folder, input: null, arguments);
}
