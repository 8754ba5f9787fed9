using Pgvector;
using Pipeline.Storage.Search;
using Pipeline.Storage.Vectors;
using Pipeline.Testing;

namespace Pipeline.Storage.Tests.Search;

public sealed class SearchReaderTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    private const int Dimensions = 64;
    private const int Documents = 3000;
    private const string Stranger = "stranger";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_index_gives_what_comparing_everything_gives_within_tenant_batch_and_time()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        var embedder = await world.RecipeAsync("embed", Dimensions);
        var batch = (await world.LoadAsync(world.Documents(Documents), world.Submission(embedder: embedder))).Id;
        var small = (await world.LoadAsync(world.Documents(20, "small"), world.Submission("small", "small " + embedder, embedder))).Id;
        await world.LoadAsync(world.Documents(20, "stranger"), world.Submission("stranger", embedder: embedder) with { Tenant = Stranger + embedder });
        await EmbedAsync(embedder);
        await BuildAsync(embedder);
        var reader = new SearchReader(database.DataSource);
        var random = new Random(7);
        var hits = 0;
        for (var i = 0; i < 20; i++)
        {
            var query = Vector(random);
            var exact = await reader.NearestAsync(embedder, query, new("tenant"), Tuning(exactLimit: 1_000_000), Token);
            var byIndex = await reader.NearestAsync(embedder, query, new("tenant"), Tuning(exactLimit: 0), Token);
            Assert.True(exact.IsExact);
            Assert.False(byIndex.IsExact);
            hits += exact.Texts.Select(text => text.TextId).Intersect(byIndex.Texts.Select(text => text.TextId)).Count();
        }

        // Random vectors are the hardest there are.
        Assert.InRange(hits, 190, 200);
        var any = Vector(random);
        var inSmall = await reader.NearestAsync(embedder, any, new("tenant", small), Tuning(exactLimit: 100), Token);
        var filtered = await reader.NearestAsync(embedder, any, new("tenant", small), Tuning(exactLimit: 0), Token);
        var inStranger = await reader.NearestAsync(embedder, any, new(Stranger + embedder), Tuning(exactLimit: 0) with { Candidates = 50 }, Token);
        var tomorrow = await reader.NearestAsync(embedder, any, new("tenant", From: TimeProvider.System.GetUtcNow().AddDays(1)), Tuning(exactLimit: 0), Token);
        var inBatch = await reader.NearestAsync(embedder, any, new("tenant", batch, To: TimeProvider.System.GetUtcNow().AddDays(1)), Tuning(exactLimit: 0), Token);

        Assert.True(inSmall.IsExact);
        // A scope that the index alone would hardly meet gives the same texts.
        Assert.Equal(inSmall.Texts.Select(text => text.TextId), filtered.Texts.Select(text => text.TextId));
        Assert.Equal(20, inStranger.Texts.Count);
        Assert.Empty(tomorrow.Texts);
        Assert.Equal(10, inBatch.Texts.Count);
        Assert.Equal(inSmall.Texts.OrderByDescending(text => text.Similarity), inSmall.Texts);
    }

    [Fact]
    public async Task A_rare_category_or_a_short_period_among_many_documents_gives_all_that_it_holds()
    {
        const int Many = 5000;
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        var embedder = await world.RecipeAsync("embed", Dimensions);
        // As if each line had been accepted a second after the one before, and every thousandth was filed under the rare category.
        var tenant = "categories " + embedder;
        var batch = (await world.LoadAsync(
            world.Documents(Many).Select((document, i) => document with { Category = i % 1000 == 500 ? "rare" : "usual" }),
            world.Submission(embedder: embedder) with { Tenant = tenant })).Id;
        await database.DataSource.ExecuteAsync(
            "update pipeline.documents set accepted_at = '2026-05-01Z'::timestamptz + substr(external_id, 4)::int * interval '1 second' where tenant = $1", tenant);
        await EmbedAsync(embedder);
        await BuildAsync(embedder);
        var reader = new SearchReader(database.DataSource);
        var query = Vector(new Random(11));
        var start = new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);
        var rare = await database.DataSource.ColumnAsync<long>("select text_id from pipeline.documents where tenant = $1 and category = 'rare' order by text_id", tenant);

        // By the count of the category, after the index was followed in vain, and with a batch or a period beside it.
        var counted = await reader.NearestAsync(embedder, query, new(tenant, Category: "rare"), Tuning(exactLimit: 100), Token);
        var followed = await reader.NearestAsync(embedder, query, new(tenant, Category: "rare"), Tuning(exactLimit: 0), Token);
        var inBatch = await reader.NearestAsync(embedder, query, new(tenant, batch, Category: "rare"), Tuning(exactLimit: 100), Token);
        var inPeriod = await reader.NearestAsync(
            embedder, query, new(tenant, From: start.AddSeconds(10), To: start.AddSeconds(18)), Tuning(exactLimit: 100), Token);
        var usual = await reader.NearestAsync(embedder, query, new(tenant, Category: "usual"), Tuning(exactLimit: 100), Token);
        var usualExact = await reader.NearestAsync(embedder, query, new(tenant, Category: "usual"), Tuning(exactLimit: Many), Token);
        var ofOthers = await reader.NearestAsync(embedder, query, new("tenant", Category: "rare"), Tuning(exactLimit: 100), Token);

        Assert.Equal(5, rare.Count);
        Assert.All([counted, followed, inBatch], found => Assert.Equal(rare, found.Texts.Select(text => text.TextId).Order()));
        Assert.All([counted, followed, inBatch, inPeriod, usualExact], found => Assert.True(found.IsExact));
        Assert.Equal(8, inPeriod.Texts.Count);
        Assert.False(usual.IsExact);
        Assert.Equal(10, usual.Texts.Count);
        Assert.DoesNotContain(usual.Texts, text => rare.Contains(text.TextId));
        Assert.InRange(usual.Texts.Select(text => text.TextId).Intersect(usualExact.Texts.Select(text => text.TextId)).Count(), 9, 10);
        Assert.Empty(ofOthers.Texts);
    }

    [Fact]
    public async Task A_similarity_is_the_cosine_and_a_vector_comes_along_when_asked_for()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        var embedder = await world.RecipeAsync("embed", 2);
        await world.LoadAsync(world.Documents(2), world.Submission(embedder: embedder));
        await database.DataSource.ExecuteAsync("""
            insert into pipeline.embeddings (recipe_id, text_id, vector)
            select recipe_id, text_id, case when text_id % 2 = 0 then '[0.6,0.8]'::halfvec else '[1,0]'::halfvec end from pipeline.work_items where recipe_id = $1
            """, embedder);
        var reader = new SearchReader(database.DataSource);

        var found = (await reader.NearestAsync(embedder, [1, 0], new("tenant"), Tuning(100) with { WithVectors = true, BodyCharacters = 3 }, Token)).Texts;

        Assert.Equal([1.0, 0.6], found.Select(text => Math.Round(text.Similarity, 3)));
        Assert.Equal(0.8f, found[1].Vector[1], 0.001f);
        var body = await database.DataSource.ScalarAsync<string>("select body from pipeline.texts where id = $1", found[1].TextId);
        Assert.Equal(body[..3], found[1].Body);
    }

    [Fact]
    public async Task A_document_is_shown_in_its_latest_version_with_the_summary_asked_for()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        var old = world.Documents(1)[0];
        var renewed = Backlog.Document(1, old.ExternalId, old.Text + " changed");
        var first = (await world.LoadAsync([old])).Id;
        var chunk = await world.TakeAsync();
        await world.SettleAsync(chunk, chunk.Together);
        await world.LoadAsync([renewed], world.Submission("second", "second " + world.EmbedderId));
        var reader = new SearchReader(database.DataSource);
        var ids = (await database.DataSource.ColumnAsync<long>("select id from pipeline.texts where body in ($1, $2) order by id", old.Text, renewed.Text)).ToList();

        var latest = await reader.DocumentsAsync(ids, new("tenant"), null, Token);
        var inFirst = await reader.DocumentsAsync(ids, new("tenant", first), null, Token);
        var ofOther = await reader.DocumentsAsync(ids, new("tenant", first), "another", Token);

        Assert.Equal(renewed.Text, Assert.Single(latest).Value.Text);
        Assert.Equal("short " + old.Text, Assert.Single(inFirst).Value.Summary);
        Assert.Equal((first, 1L, old.ExternalId), (inFirst[ids[0]].BatchId, inFirst[ids[0]].Line, inFirst[ids[0]].Id));
        Assert.Null(ofOther[ids[0]].Summary);
        Assert.Empty(await reader.DocumentsAsync(ids, new(Stranger), null, Token));
    }

    [Fact]
    public async Task The_embedder_is_that_of_the_batch_or_of_the_newest_one()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        var tenant = "embedders " + world.EmbedderId;
        var second = await world.RecipeAsync("embed");
        var first = (await world.LoadAsync(world.Documents(1), world.Submission() with { Tenant = tenant })).Id;
        await world.LoadAsync(world.Documents(1), world.Submission("second", "second " + second, second) with { Tenant = tenant });
        var reader = new SearchReader(database.DataSource);

        Assert.Equal(second, await reader.EmbedderAsync(tenant, null, Token));
        Assert.Equal(world.EmbedderId, await reader.EmbedderAsync(tenant, first, Token));
        Assert.Null(await reader.EmbedderAsync("nobody", null, Token));
    }

    private static SearchTuning Tuning(int exactLimit) => new(Candidates: 10, EfSearch: 100, exactLimit, WithVectors: false);

    private async Task EmbedAsync(int embedder)
    {
        var texts = (await database.DataSource.ColumnAsync<long>("select text_id from pipeline.work_items where recipe_id = $1 order by text_id", embedder)).ToArray();
        var random = new Random(embedder);
        await using var command = database.DataSource.CreateCommand(
            "insert into pipeline.embeddings (recipe_id, text_id, vector) select $1, t, v from unnest($2::bigint[], $3::halfvec[]) as x(t, v)");
        command.Parameters.Add(new() { Value = embedder });
        command.Parameters.Add(new() { Value = texts });
        command.Parameters.Add(new() { Value = texts.Select(_ => new HalfVector(Array.ConvertAll(Vector(random), value => (Half)value))).ToArray() });
        await command.ExecuteNonQueryAsync(Token);
    }

    private async Task BuildAsync(int embedder)
    {
        var indexes = new VectorIndexes(database.DataSource, TimeProvider.System);
        var row = (await indexes.ListAsync(Token)).Single(index => index.EmbedderId == embedder);
        await indexes.BuildAsync(row, 1L << 28, _ => { }, new Progress<(string, int?)>(), Token);
    }

    private static float[] Vector(Random random)
    {
        var values = Enumerable.Range(0, Dimensions).Select(_ => (float)(random.NextDouble() - random.NextDouble())).ToArray();
        var norm = (float)Math.Sqrt(values.Sum(value => (double)value * value));
        return Array.ConvertAll(values, value => value / norm);
    }
}
