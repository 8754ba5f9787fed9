using System.Text.Json;
using System.Text.RegularExpressions;
using Npgsql;
using Pipeline.Testing;

namespace Pipeline.Storage.Tests;

public sealed partial class DocumentedViewsTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_view_and_every_column_of_one_says_what_it_means()
    {
        var silent = await database.DataSource.ColumnAsync<string>("""
            select c.relname || coalesce('.' || a.attname, '')
            from pg_class c
            left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
            where c.relnamespace = 'pipeline'::regnamespace and c.relkind = 'v'
              and (col_description(c.oid, a.attnum) is null or obj_description(c.oid, 'pg_class') is null)
            order by 1
            """);

        Assert.Empty(silent);
    }

    [Fact]
    public async Task Every_view_is_in_the_documentation()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "docs", "sql.md"), Token);

        Assert.All(
            await ViewsAsync(),
            view => Assert.Contains($"`pipeline.{view}`", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_query_of_the_documentation_and_of_the_dashboard_runs_under_the_read_only_role()
    {
        await LedgerWorld.CreateAsync(database.DataSource);
        var documented = Sql().Matches(await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "docs", "sql.md"), Token)).Select(match => match.Groups[1].Value);
        using var dashboard = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "deploy", "grafana", "pipeline.json"), Token));
        var drawn = dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .Select(target => target.GetProperty("rawSql").GetString()!
                .Replace("$__timeFrom()", "now() - interval '30 days'", StringComparison.Ordinal).Replace("$__timeTo()", "now()", StringComparison.Ordinal)).ToList();

        var views = await ViewsAsync();
        Assert.NotEmpty(drawn);
        Assert.All(drawn, query => Assert.All(Relation().Matches(query), relation => Assert.Contains(relation.Groups[1].Value, views)));
        await using var connection = await database.DataSource.OpenConnectionAsync(Token);
        await using (var role = new NpgsqlCommand("set role " + PipelineMigrator.ReaderRole, connection))
        {
            await role.ExecuteNonQueryAsync(Token);
        }

        foreach (var query in documented.Concat(drawn))
        {
            await using var command = new NpgsqlCommand(query, connection);
            await command.ExecuteNonQueryAsync(Token);
        }
    }

    private Task<IReadOnlyList<string>> ViewsAsync() =>
        database.DataSource.ColumnAsync<string>("select viewname::text from pg_views where schemaname = 'pipeline'");

    [GeneratedRegex("```sql\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Sql();

    [GeneratedRegex(@"(?:from|join)\s+pipeline\.(\w+)")]
    private static partial Regex Relation();
}
