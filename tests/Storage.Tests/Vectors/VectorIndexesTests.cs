using Npgsql;
using Pipeline.Storage.Ledger;
using Pipeline.Storage.Results;
using Pipeline.Storage.Vectors;
using Pipeline.Testing;

namespace Pipeline.Storage.Tests.Vectors;

public sealed class VectorIndexesTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    private const int Dimensions = 32;
    private const int Sources = 600;
    private static readonly Progress<(string Phase, int? Percent)> s_ignore = new();
    private readonly VectorIndexes _indexes = new(database.DataSource, TimeProvider.System);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_index_holds_source_texts_only_and_a_search_by_it_finds_the_nearest()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        var embedder = await EmbeddedAsync(world);
        Assert.Equal(VectorIndexState.None, (await RowAsync(embedder)).State);

        VectorIndexPlan? plan = null;
        var build = await _indexes.BuildAsync(await RowAsync(embedder), 1 << 30, announced => plan = announced, s_ignore, Token);

        Assert.Equal((Sources, 64L << 20), (plan!.Vectors, plan.MemoryBytes));
        var row = await RowAsync(embedder);
        Assert.Equal((VectorIndexState.Ready, build.IndexBytes, 2L * Sources), (row.State, row.IndexBytes, row.Vectors));
        Assert.Equal(Sources, await world.DataSource.ScalarAsync<float>($"select reltuples from pg_class where oid = 'pipeline.embeddings_{embedder}_hnsw'::regclass"));
        await using var connection = await world.DataSource.OpenConnectionAsync(Token);
        await RunAsync("set enable_sort = off");
        Assert.Contains($"embeddings_{embedder}_hnsw", await AskAsync<string>("explain (format json) " + Nearest(embedder, 1)), StringComparison.Ordinal);
        var hits = 0;
        for (var query = 0; query < 20; query++)
        {
            await RunAsync("set enable_sort = off; set enable_indexscan = on");
            var found = await AskAsync<long>(Nearest(embedder, query));
            await RunAsync("set enable_sort = on; set enable_indexscan = off");
            hits += found == await AskAsync<long>(Nearest(embedder, query)) ? 1 : 0;
        }

        Assert.InRange(hits, 18, 20);

        async Task RunAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(Token);
        }

        async Task<T> AskAsync<T>(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            return (T)(await command.ExecuteScalarAsync(Token))!;
        }
    }

    [Fact]
    public async Task A_build_that_broke_off_is_seen_and_replaced_and_a_dropped_index_is_gone()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        var embedder = await EmbeddedAsync(world);
        await BuildAsync(embedder);
        await world.DataSource.ExecuteAsync($"update pg_index set indisvalid = false where indexrelid = 'pipeline.embeddings_{embedder}_hnsw'::regclass");
        Assert.Equal(VectorIndexState.Invalid, (await RowAsync(embedder)).State);

        await BuildAsync(embedder);
        Assert.Equal(VectorIndexState.Ready, (await RowAsync(embedder)).State);
        await _indexes.DropAsync(embedder, Token);
        await _indexes.DropAsync(embedder, Token);
        Assert.Equal((VectorIndexState.None, 0L), ((await RowAsync(embedder)).State, (await RowAsync(embedder)).IndexBytes));
    }

    [Fact]
    public async Task A_build_with_too_little_memory_says_so_and_is_right_all_the_same()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        var embedder = await EmbeddedAsync(world, documents: 2500);

        var build = await _indexes.BuildAsync(await RowAsync(embedder), 1 << 20, _ => { }, s_ignore, Token);

        Assert.Contains("no longer fits into maintenance_work_mem", Assert.Single(build.Notices), StringComparison.Ordinal);
        Assert.Equal(VectorIndexState.Ready, (await RowAsync(embedder)).State);
    }

    [Fact]
    public async Task Two_builds_at_once_are_refused()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        var row = await RowAsync(await EmbeddedAsync(world, documents: 2500));
        Task<VectorIndexBuild>? second = null;

        await _indexes.BuildAsync(
            row, 64 << 20, _ => second = _indexes.BuildAsync(row, 64 << 20, _ => { }, s_ignore, Token), s_ignore, Token);

        var refused = await Assert.ThrowsAsync<PipelineStorageException>(() => second!);
        Assert.Contains("being built", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_summary_that_becomes_a_document_becomes_a_source()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        await world.LoadAsync(world.Documents(2));
        await world.FinishAsync();
        Assert.Equal((2, 2), await KindsAsync());

        // "short ..." is what the engine made of the first document.
        await world.LoadAsync([Backlog.Document(1, "copy", "short " + world.Documents(1)[0].Text)], world.Submission("copy"));

        Assert.Equal((3, 1), await KindsAsync());

        async Task<(long Sources, long Summaries)> KindsAsync() => (
            await world.DataSource.ScalarAsync<long>("select count(*) from pipeline.embeddings where recipe_id = $1 and is_source", world.EmbedderId),
            await world.DataSource.ScalarAsync<long>("select count(*) from pipeline.embeddings where recipe_id = $1 and not is_source", world.EmbedderId));
    }

    [Fact]
    public async Task A_document_that_meets_the_embedding_of_the_same_summary_is_a_source_whoever_comes_first()
    {
        const int Rounds = 30;
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        for (var round = 0; round < Rounds; round++)
        {
            var document = world.Documents(1, $"round {round}")[0];
            await world.LoadAsync([document], world.Submission($"{round}"));
            await world.SummarizeAsync();
            var sent = (await world.Dispatch.FormChunksAsync(world.EmbedderId, world.Queue, 64, 1, Token))[0];
            var chunk = (await world.TakeAsync(sent.Id))!;
            await Task.WhenAll(
                LedgerWorld.Outages.RunAsync(
                    _ => world.LoadAsync([Backlog.Document(1, $"copy {round}", "short " + document.Text)], world.Submission($"copy {round}")), Token),
                LedgerWorld.Outages.RunAsync(
                    token => world.Work.SettleAsync(
                        chunk, [.. chunk.Together.Select(text => new TextResult<float[]>(text.Id, [1, 0]))], [], new EmbeddingWriter(), closeChunk: true, token), Token));
        }

        await world.FinishAsync();
        Assert.Equal(0, await world.DataSource.ScalarAsync<long>("""
            select count(*) from pipeline.embeddings e join pipeline.documents d using (text_id) where e.recipe_id = $1 and not e.is_source
            """, world.EmbedderId));
    }

    [Fact]
    public async Task More_dimensions_than_an_index_takes_are_refused()
    {
        var refused = await Assert.ThrowsAsync<PipelineStorageException>(() => _indexes.BuildAsync(
            new VectorIndexRow(1, "huge", 4096, 0, 0, VectorIndexState.None, 0, null), 1 << 30, _ => { }, s_ignore, Token));

        Assert.Contains("4096", refused.Message, StringComparison.Ordinal);
    }

    private static string Nearest(int embedder, int query) => $"""
        select text_id from pipeline.embeddings where recipe_id = {embedder} and is_source
        order by vector::halfvec({Dimensions}) <=>
            (select array_agg(sin({query} * 37 + i * i))::real[]::halfvec({Dimensions}) from generate_series(1, {Dimensions}) i)
        limit 1
        """;

    private async Task BuildAsync(int embedder) => await _indexes.BuildAsync(await RowAsync(embedder), 64 << 20, _ => { }, s_ignore, Token);

    private async Task<VectorIndexRow> RowAsync(int embedder) => (await _indexes.ListAsync(Token)).Single(row => row.EmbedderId == embedder);

    /// <summary>A new embedder with vectors at pseudo-random places, half of them of summaries.</summary>
    private static async Task<int> EmbeddedAsync(LedgerWorld world, int documents = Sources)
    {
        var embedder = await world.RecipeAsync("embed", Dimensions);
        await world.DataSource.ExecuteAsync("""
            insert into pipeline.embeddings (recipe_id, text_id, vector, is_source)
            select $1, t, (select array_agg(sin(t * i + i * i) + cos(t * t + i)) from generate_series(1, $2) i)::real[]::halfvec, t % 2 = 0
            from generate_series(1, 2 * $3) t
            """, embedder, Dimensions, documents);
        return embedder;
    }
}
