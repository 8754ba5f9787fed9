using Npgsql;
using Pgvector;
using Pipeline.Storage.Intake;
using Pipeline.Testing;

namespace Pipeline.Storage.Tests.Search;

public sealed class SimilarTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Documents_like_one_come_nearest_first_and_from_its_tenant_only()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        await world.LoadAsync([Document(1, "a"), Document(2, "b"), Document(3, "c"), Document(4, "a", "again")]);
        await world.LoadAsync([Document(1, "stranger")], world.Submission("stranger") with { Tenant = "stranger " + world.EmbedderId });
        await EmbedAsync(world.EmbedderId, ("a", 1, 0), ("b", 0.8f, 0.6f), ("c", 0, 1), ("stranger", 1, 0));
        var origin = await database.ScalarAsync<long>("select id from pipeline.documents where external_id = 'a'");

        var found = await database.DataSource.ColumnAsync<string>(
            "select concat_ws(' ', id, line, round(similarity::numeric, 2), body) from pipeline.similar_to($1)", origin);
        var one = await database.DataSource.ColumnAsync<string>("select id from pipeline.similar_to($1, 1)", origin);

        Assert.Equal(["again 4 1.00 a", "b 2 0.80 b", "c 3 0.00 c"], found);
        Assert.Equal(["again"], one);
    }

    [Fact]
    public async Task Near_duplicates_are_collapsed_into_the_earliest_line_unless_numbers_or_negations_differ()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        IEnumerable<IntakeDocument> documents =
        [
            Document(1, "pump 3 leaks"), Document(2, "pump 3 leaks!"), Document(3, "pump 5 leaks"), Document(4, "pump 3 leaks", "same text"),
            Document(5, "lift is stuck"), Document(6, "pump 3 leaks?!"), Document(7, "pump 3 does not leak"), Document(8, "3号泵未漏水"), Document(9, "3号泵已漏水"),
        ];
        var batch = (await world.LoadAsync(documents, world.Submission("dup", "dup " + world.EmbedderId))).Id;
        // 6 is like 2, and not enough like 1: a chain would join all three.
        await EmbedAsync(
            world.EmbedderId, ("pump 3 leaks", 1, 0), ("pump 3 leaks!", 0.95f, 0.3122f), ("pump 5 leaks", 0.999f, 0.0447f), ("lift is stuck", 0, 1),
            ("pump 3 leaks?!", 0.8f, 0.6f), ("pump 3 does not leak", 1, 0), ("3号泵未漏水", -1, 0), ("3号泵已漏水", -1, 0));
        const string Sql = "select concat_ws(' ', line, kept_line, round(similarity::numeric, 2)) from pipeline.near_duplicates($1, 0.9)";

        Assert.Equal(["2 1 0.95", "4 1 1.00"], await database.DataSource.ColumnAsync<string>(Sql, batch));
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused_with_a_reason()
    {
        foreach (var (query, reason) in (ValueTuple<string, string>[])
        [
            ("pipeline.similar_to(-1)", "There is no document -1"), ("pipeline.similar_to(1, 0)", "1 to 1000"),
            ("pipeline.near_duplicates(-1)", "There is no batch -1"), ("pipeline.near_duplicates(1, 2)", "-1 to 1"),
        ])
        {
            var fault = await Assert.ThrowsAsync<PostgresException>(() => database.DataSource.ExecuteAsync("select * from " + query));
            Assert.Contains(reason, fault.MessageText, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_large_batch_is_compared_line_by_line_with_what_is_nearest()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        var documents = world.Documents(60);
        var batch = (await world.LoadAsync(documents, world.Submission("many", "many " + world.EmbedderId))).Id;
        // In pairs on a circle, but for the first and the last; their numbers differ, so nothing is joined until those are gone.
        await database.DataSource.ExecuteAsync("""
            insert into pipeline.embeddings (recipe_id, text_id, vector)
            select i.recipe_id, i.text_id, ('[' || cos(row_number() over (order by i.text_id) / 2 * 0.2) || ',' || sin(row_number() over (order by i.text_id) / 2 * 0.2) || ']')::halfvec
            from pipeline.work_items i where i.recipe_id = $1
            """, world.EmbedderId);
        const string Sql = "select count(*) from pipeline.near_duplicates($1, 0.999999, 5, pairs_up_to => 10)";

        Assert.Equal(0, await database.ScalarAsync<long>(Sql, batch));
        await database.DataSource.ExecuteAsync("""
            update pipeline.texts t set body = translate(body, '0123456789', '') from pipeline.work_items i where i.text_id = t.id and i.recipe_id = $1
            """, world.EmbedderId);
        Assert.Equal(29, await database.ScalarAsync<long>(Sql, batch));
    }

    private static IntakeDocument Document(long line, string text, string? id = null) => Backlog.Document(line, id ?? text, text);

    private async Task EmbedAsync(int embedder, params (string Text, float X, float Y)[] vectors)
    {
        foreach (var (text, x, y) in vectors)
        {
            await using var command = database.DataSource.CreateCommand(
                "insert into pipeline.embeddings (recipe_id, text_id, vector) select $1, id, $3 from pipeline.texts where body = $2");
            command.Parameters.Add(new() { Value = embedder });
            command.Parameters.Add(new() { Value = text });
            command.Parameters.Add(new() { Value = new HalfVector(new[] { (Half)x, (Half)y }) });
            await command.ExecuteNonQueryAsync(Token);
        }
    }
}
