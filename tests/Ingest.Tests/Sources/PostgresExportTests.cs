using Pipeline.Ingest.Sources;
using Pipeline.Testing;

namespace Pipeline.Ingest.Tests.Sources;

public sealed class PostgresExportTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>, IAsyncLifetime
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _ = TestServers.Postgres;
        await ExecuteAsync("""
            create table if not exists "Tickets" (id int primary key, "内容" text, note varchar(20), photo bytea, at timestamptz, key uuid);
            insert into "Tickets" select i, '水泵 ' || i || E' 漏水\n"急"', 'n' || i, null, now(), gen_random_uuid() from generate_series(1, 3000) i
            on conflict do nothing;
            """);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_query_gives_its_rows_in_its_order_with_their_number_as_line()
    {
        var records = await ReadAsync("select \"内容\", 0 as more, 'x' || id as number from \"Tickets\" where id < 100 order by id desc;");

        Assert.Equal(99, records.Count);
        Assert.Equal(new IncomingDocument(1, "x99", "水泵 99 漏水\n\"急\"", null, 0), records[0]);
        Assert.Equal(new IncomingDocument(99, "x1", "水泵 1 漏水\n\"急\"", null, 0), records[^1]);
    }

    [Theory]
    [InlineData("7::smallint", "7")]
    [InlineData("9223372036854775807", "9223372036854775807")]
    [InlineData("'0190a5c4-7e3b-7c1d-9f00-0123456789ab'::uuid", "0190a5c4-7e3b-7c1d-9f00-0123456789ab")]
    [InlineData("'a'::name", "a")]
    [InlineData("'a'::char(3)", "a  ")]
    [InlineData("null::int", null)]
    public async Task Ids_are_strings_integers_or_uuids(string id, string? expected) =>
        Assert.Equal(expected, (await ReadAsync($"select {id} as id, 'a'::text as text")).Single().Document().Id);

    [Fact]
    public async Task A_candidate_comes_from_its_column()
    {
        var (input, options) = await PostgresExport.OfQuery(database.ConnectionString, "select 'a'::text as text, 'b'::text as human, 'c'::text as summary")
            .CopyAsync(new SourceOptions { CandidateColumn = "human" }, new Ignored(), Token);
        await using (input)
        {
            using var reader = new StreamReader(input.Open());
            Assert.Equal(("human", "{\"text\":\"a\",\"human\":\"b\",\"summary\":\"c\"}"), (options.CandidateColumn, await reader.ReadLineAsync(Token)));
        }
    }

    [Fact]
    public async Task A_category_comes_from_its_column_of_strings_or_integers()
    {
        var (input, options) = await PostgresExport.OfQuery(database.ConnectionString, "select 'a'::text as text, 7 as kind")
            .CopyAsync(new SourceOptions { CategoryColumn = "KIND" }, new Ignored(), Token);
        await using (input)
        {
            using var reader = new StreamReader(input.Open());
            Assert.Equal(("kind", "{\"text\":\"a\",\"kind\":\"7\"}"), (options.CategoryColumn, await reader.ReadLineAsync(Token)));
        }
    }

    [Fact]
    public async Task A_text_that_is_null_is_refused_with_its_row()
    {
        var records = await ReadAsync("select 1 as id, 'a'::text as text union all select 2, null");

        Assert.Equal((2, RejectCodes.MissingText, "2"), (records[1].Line, records[1].Rejected().Code, records[1].Rejected().Id));
    }

    [Fact]
    public async Task A_table_is_found_by_its_name_and_only_its_used_columns_are_read()
    {
        var (input, options) = await PostgresExport.OfTable(database.ConnectionString, "public.\"Tickets\"")
            .CopyAsync(new SourceOptions { ReferenceColumn = "NOTE" }, new Ignored(), Token);
        await using (input)
        {
            Assert.Equal(("内容", "id", "note"), (options.TextColumn, options.IdColumn, options.ReferenceColumn));
            using var reader = new StreamReader(input.Open());
            Assert.Equal("{\"内容\":\"水泵 1 漏水\\n\\\"急\\\"\",\"id\":\"1\",\"note\":\"n1\"}", await reader.ReadLineAsync(Token));
        }

        Assert.Contains(
            "has no table crm.tickets; write it as schema.table",
            await Reading.ErrorAsync(() => PostgresExport.OfTable(database.ConnectionString, "crm.tickets").CopyAsync(new SourceOptions(), new Ignored(), Token)),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_goes_away_midway_is_told_with_the_row()
    {
        // The row itself ends its server process, as an administrator would.
        var error = await Reading.ErrorAsync(() => ReadAsync(
            "select \"内容\", case when id = 2500 then pg_terminate_backend(pg_backend_pid()) end as q from \"Tickets\" order by id"));

        Assert.Matches("[Tt]he query broke off after [0-9]+ rows", error);
        Assert.Contains("Nothing was submitted", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("select id, photo as text from T", "The column 'text' of the query is of the type bytea and cannot be the text. Columns that can: none.")]
    [InlineData("select at as id, \"内容\" from T", "The column 'id' of the query is of the type timestamp with time zone and cannot be the id. Columns that can: 内容.")]
    [InlineData("select id, note from T", "the query has no column that is known to hold the text")]
    [InlineData("select 1 as a, 2 as a", "The column 'a' comes twice from the query; rename one with 'as'.")]
    [InlineData("select id, \"内容\" from T where false", "No row comes from the query; nothing was submitted.")]
    [InlineData("selekt", "The query could not be run: syntax error at or near \"selekt\" (42601). Nothing was submitted")]
    [InlineData("update T set note = 'x' returning id, \"内容\"", "The query writes, and a source is only read. Nothing was changed or submitted.")]
    [InlineData("select \"内容\" from T; commit; drop table T", "The query could not be run: cannot insert multiple commands")]
    [InlineData("select \"内容\"::int as id, \"内容\" from T", "a value cannot be converted or computed (22P02)")]
    [InlineData("select s.*, 1 / (2000 - id) as q from (select id, \"内容\" from T order by id offset 0) s", "The query broke off after 1999 rows: a value cannot be converted or computed (22012).")]
    public async Task A_query_that_cannot_be_run_to_its_end_says_why_without_a_word_of_the_tickets(string query, string expected)
    {
        var error = await Reading.ErrorAsync(() => ReadAsync(query.Replace(" T", " \"Tickets\"", StringComparison.Ordinal)));

        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain("水泵", error, StringComparison.Ordinal);
        Assert.Equal(3000, await database.ScalarAsync<long>("select count(*) from \"Tickets\" where note <> 'x'"));
    }

    [Theory]
    [InlineData("postgres://reader:s3cret@db/crm", "this one cannot be read")]
    [InlineData("Host=db;Port=s3cret", "this one cannot be read")]
    [InlineData("s3cret", "this one cannot be read")]
    [InlineData("Username=reader;Password=s3cret", "this one names no Host")]
    public void A_connection_string_that_is_none_is_not_repeated(string connection, string expected)
    {
        var error = Assert.Throws<SourceException>(() => PostgresExport.OfTable(connection, "t"));

        Assert.StartsWith("--from-postgres takes a connection string such as 'Host=db;Database=crm;Username=reader'", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(expected + ".", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
    }

    private async Task<List<SourceRecord>> ReadAsync(string query)
    {
        var (input, options) = await PostgresExport.OfQuery(database.ConnectionString, query).CopyAsync(new SourceOptions(), new Ignored(), Token);
        await using var owned = input;
        await using var source = await DocumentSources.OpenAsync(input, options, SourceFormat.JsonLines, Token);
        var records = new List<SourceRecord>();
        await foreach (var record in source.ReadAsync(Token))
        {
            records.Add(record);
        }

        return records;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = database.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Token);
    }

    private sealed class Ignored : IProgress<long>
    {
        public void Report(long value)
        {
        }
    }
}
