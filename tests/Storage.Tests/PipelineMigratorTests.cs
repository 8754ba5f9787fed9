using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;
using Pipeline.Testing;

namespace Pipeline.Storage.Tests;

public sealed class PipelineMigratorTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_empty_database_is_migrated_and_a_second_migration_changes_nothing()
    {
        await using var empty = new DatabaseFixture { Migrate = false };
        await empty.InitializeAsync();
        Assert.Equal(0, await empty.DataSource.ScalarAsync<long>("select count(*) from pg_namespace where nspname = 'pipeline'"));

        await PipelineMigrator.MigrateAsync(empty.DataSource, Token);
        var first = await ObjectsAsync(empty);
        await PipelineMigrator.MigrateAsync(empty.DataSource, Token);

        Assert.Contains("work_items", first);
        Assert.Equal(first, await ObjectsAsync(empty));
    }

    [Fact]
    public async Task A_database_of_the_first_version_is_upgraded_with_what_is_in_it()
    {
        await using var old = new DatabaseFixture { Migrate = false };
        await old.InitializeAsync();
        await old.DataSource.ExecuteAsync("create extension vector");
        await using (var context = PipelineDbContext.Create(old.DataSource))
        {
            await context.GetService<IMigrator>().MigrateAsync("20261124000000_Initial", Token);
        }

        // A batch of one document whose summary has a vector too.
        await old.DataSource.ExecuteAsync("""
            insert into pipeline.recipes (name, stage, engine, definition, sha256, dimensions, seconds_per_text)
            values ('e', 'embed', 'fake', '{}', sha256('e'), 2, 1), ('s', 'summarize', 'fake', '{}', sha256('s'), null, 1),
                   ('s2', 'summarize', 'fake', '{}', sha256('s2'), null, 1);
            select pipeline.add_embedder(1);
            insert into pipeline.texts (sha256, body, chars) values (sha256('t'), 't', 1), (sha256('u'), 'u', 1);
            insert into pipeline.batches (tenant, name, source, fingerprint, embedder_id, state, loaded_at) values ('t', 'b', 's', sha256('b'), 1, 'loaded', now());
            insert into pipeline.batch_recipes values (1, 2);
            insert into pipeline.documents (tenant, source, external_id, text_id, last_batch_id) values ('t', 's', 'x', 1, 1);
            insert into pipeline.batch_items values (1, 1, 1, false);
            insert into pipeline.work_items (recipe_id, text_id, state, attempts) values (1, 1, 'done', 1), (2, 1, 'done', 1), (1, 2, 'done', 1);
            insert into pipeline.summaries values (2, 1, 2, 'copied', false), (3, 1, 2, 'copied', false);
            insert into pipeline.health_scores values (1, 1, 2, 0.5, 0.25, false, true);
            insert into pipeline.embeddings values (1, 1, '[1,0]'), (1, 2, '[0,1]');
            """);

        await PipelineMigrator.MigrateAsync(old.DataSource, Token);

        Assert.Equal(["true", "false"], await old.DataSource.ColumnAsync<string>("select is_source::text from pipeline.embeddings order by text_id"));
        // Two recipes gave the text the same summary: each has its own health from now on.
        Assert.Equal(["2: 0.5 0.25 false true", "3: 0.5 0.25 false true"], await old.DataSource.ColumnAsync<string>("""
            select recipe_id || ': ' || cosine || ' ' || compression || ' ' || drift_alarm || ' ' || compression_alarm
            from pipeline.health_scores order by recipe_id
            """));
        Assert.Equal("1 done, 4 steps", await old.DataSource.ScalarAsync<string>(
            "select done || ' done, ' || settled_steps || ' steps' from pipeline.batch_progress"));
    }

    [Fact]
    public async Task Everything_that_is_mapped_can_be_read()
    {
        await LedgerWorld.CreateAsync(database.DataSource);
        await using var context = PipelineDbContext.Create(database.DataSource);

        Assert.NotEmpty(await context.Recipes.ToListAsync(Token));
        Assert.Empty(await context.Batches.ToListAsync(Token));
        Assert.Empty(await context.BatchProgress.ToListAsync(Token));
        Assert.Equal(3, context.Model.GetEntityTypes().Count());
    }

    [Fact]
    public async Task The_read_only_role_reads_every_table_and_view_but_keys_and_passwords_and_writes_none()
    {
        // A partition that is made after the migration must be readable too.
        await LedgerWorld.CreateAsync(database.DataSource);
        var objects = await ObjectsAsync(database);
        await using var connection = await database.DataSource.OpenConnectionAsync(Token);
        await ExecuteAsync("set role " + PipelineMigrator.ReaderRole);
        try
        {
            Assert.Contains("results", objects);
            string[] secrets = ["api_keys", "one_time_passwords"];
            foreach (var name in secrets)
            {
                Assert.Equal(
                    PostgresErrorCodes.InsufficientPrivilege,
                    (await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync($"select * from pipeline.{name}"))).SqlState);
            }

            foreach (var name in objects.Except(secrets))
            {
                await ExecuteAsync($"select * from pipeline.{name} limit 1");
                var refused = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync($"delete from pipeline.{name}"));
                Assert.True(
                    refused.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.ObjectNotInPrerequisiteState,
                    $"{name}: {refused.SqlState}");
            }

            Assert.Equal(
                PostgresErrorCodes.InsufficientPrivilege,
                (await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync("create table pipeline.mine (id int)"))).SqlState);
        }
        finally
        {
            await ExecuteAsync("reset role");
        }

        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(Token);
        }
    }

    [Fact]
    public async Task A_recipe_has_one_row_however_often_it_is_registered()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        var registry = new RecipeRegistry(database.DataSource);
        var known = (await registry.FindAsync(world.EmbedderId, Token))!;

        var ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ => (await registry.EnsureAsync(known, Token)).Id));

        Assert.All(ids, id => Assert.Equal(world.EmbedderId, id));
        Assert.Null(await registry.FindAsync(int.MaxValue, Token));
    }

    private static Task<IReadOnlyList<string>> ObjectsAsync(DatabaseFixture database) => database.DataSource.ColumnAsync<string>("""
        select relname::text from pg_class where relnamespace = 'pipeline'::regnamespace and relkind in ('r', 'v', 'p') order by 1
        """);
}
