using Pipeline.Testing;

namespace Pipeline.Cli.Tests.Submission;

/// <summary>The source lies in the database of the installation itself, which does not know the difference.</summary>
public sealed class SubmitFromPostgresTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>, IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("postgres-").FullName;
    private readonly string _schema = $"crm_{Guid.NewGuid():N}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _ = TestServers.Postgres;
        await ExecuteAsync($"""
            create schema {_schema};
            create table {_schema}."Tickets" (id int, "内容" text, note varchar(20), photo bytea, at timestamptz);
            insert into {_schema}."Tickets" select i, 'T{_schema} 水泵 ' || i || E' 漏水\n"急"', 'n' || i, null, now() from generate_series(1, 3000) i;
            insert into {_schema}."Tickets" values (3001, null, null, null, null);
            """);
    }

    public async ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        await ExecuteAsync($"drop schema {_schema} cascade");
    }

    [Fact]
    public async Task A_table_is_a_source_and_its_content_is_recognised()
    {
        var table = $"{_schema}.\"Tickets\"";

        var first = await SubmitAsync("--table", table, "--reference-column", "note");
        var again = await SubmitAsync("--table", table, "--reference-column", "note");
        await ExecuteAsync($"update {table} set \"内容\" = '改' where id = 7");
        var changed = await SubmitAsync("--table", table, "--reference-column", "note");

        Assert.Equal((1, 3000, 1), Counts(first));
        Assert.Equal((table, $"{table}.rejects.jsonl"), (Text(first, "name"), Text(first, "rejects_file")));
        Assert.Contains(
            "\"line\":3001,\"id\":\"3001\",\"code\":\"missing-text\"",
            await File.ReadAllTextAsync(Path.Combine(_folder, $"{table}.rejects.jsonl"), Token), StringComparison.Ordinal);
        Assert.True(again.Json.GetProperty("resubmitted").GetBoolean());
        Assert.False(changed.Json.GetProperty("resubmitted").GetBoolean());
        Assert.Equal(3000, await database.ScalarAsync<long>(
            "select count(*) from pipeline.batch_items bi join pipeline.documents d on d.id = bi.document_id where bi.batch_id = $1 and d.reference_text_id is not null",
            first.Json.GetProperty("batch").GetInt64()));
        Assert.Equal($"T{_schema} 水泵 12 漏水\n\"急\"", await database.ScalarAsync<string>(
            "select t.body from pipeline.documents d join pipeline.texts t on t.id = d.text_id where d.source = $1 and d.external_id = '12'", table));
    }

    [Fact]
    public async Task A_query_that_fails_midway_names_the_row_and_leaves_nothing_behind()
    {
        var run = await SubmitAsync(
            "--query", $"select s.*, 1 / (2000 - id) as q from (select id, \"内容\" from {_schema}.\"Tickets\" order by id offset 0) s", "--source", "midway");

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.EndsWith(
            "error: The query broke off after 1999 rows: a value cannot be converted or computed (22012). Nothing was submitted; correct the query or "
            + "leave the row out, and run the same command again.",
            run.Errors.Trim(), StringComparison.Ordinal);
        Assert.Equal(0, await database.ScalarAsync<long>("select count(*) from pipeline.batches where source = 'midway'"));
        Assert.Equal(0, await database.ScalarAsync<long>("select count(*) from pipeline.documents where source = 'midway'"));
    }

    [Fact]
    public async Task The_password_is_never_shown()
    {
        var run = await CliRun.StartAsync(
            database, _folder, input: null,
            "submit", "--from-postgres", "Host=127.0.0.1;Port=1;Username=reader;Password=s3cret;Database=crm", "--table", "t");

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("error: PostgreSQL at 127.0.0.1:1, database crm, does not answer", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--table", "t", "--query", "select 1")]
    [InlineData("a.csv", "--table", "t")]
    public async Task What_cannot_be_meant_is_a_usage_error(params string[] arguments)
    {
        var run = await SubmitAsync(arguments);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("error: ", run.Errors, StringComparison.Ordinal);
    }

    private static (int ExitCode, int Accepted, int Rejected) Counts(CliRun run) =>
        (run.ExitCode, run.Json.GetProperty("accepted").GetInt32(), run.Json.GetProperty("rejected").GetInt32());

    private static string? Text(CliRun run, string name) => run.Json.GetProperty(name).GetString();

    private Task<CliRun> SubmitAsync(params string[] more) => CliRun.StartAsync(
        database, _folder, input: null, ["submit", "--from-postgres", database.ConnectionString, "--json", .. more]);

    private async Task ExecuteAsync(string sql)
    {
        await using var command = database.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Token);
    }
}
