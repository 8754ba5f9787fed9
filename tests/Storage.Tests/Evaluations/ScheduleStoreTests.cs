using Pipeline.Storage.Batches;
using Pipeline.Storage.Evaluations;
using Pipeline.Storage.Vectors;
using Pipeline.Testing;

namespace Pipeline.Storage.Tests.Evaluations;

public sealed class ScheduleStoreTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_schedule_reads_back_as_it_was_made()
    {
        var world = await EvaluationWorld.CreateAsync(database.DataSource);
        var definition = world.Definition(pinned: 25, fresh: 30) with { MinDrop = 0.02, MinChange = 0.3, AlarmAfter = 3, AlarmWindow = 5 };

        var row = await world.AddAsync(definition);

        Assert.Equivalent(definition, row.Definition, strict: true);
        Assert.Equal((null, null), (row.BaselineRun, row.OpenRun));
        Assert.Equal(25, await world.DataSource.ScalarAsync<long>("select count(*) from pipeline.schedule_texts where schedule_id = $1", row.Id));
    }

    [Fact]
    public async Task A_name_is_taken_until_its_schedule_is_removed_and_its_runs_stay()
    {
        var world = await EvaluationWorld.CreateAsync(database.DataSource);
        var definition = world.Definition();
        var row = await world.AddAsync(definition);
        var run = await world.Starter.StartReevaluationAsync(row, definition.Name, Token);

        var refusal = await Assert.ThrowsAsync<PipelineStorageException>(() => world.Schedules.AddAsync(definition, Token));
        await world.Schedules.RemoveAsync(row.Id, Token);

        Assert.Contains($"'{definition.Name}' already", refusal.Message, StringComparison.Ordinal);
        Assert.Null(await world.Schedules.FindAsync(row.Id, Token));
        var unknown = await Assert.ThrowsAsync<PipelineStorageException>(() => world.Schedules.FindAsync(definition.Name, Token));
        Assert.Contains($"no schedule '{definition.Name}'", unknown.Message, StringComparison.Ordinal);
        Assert.NotEqual(row.Id, await world.Schedules.AddAsync(definition, Token));
        Assert.Equal(definition.Name, (await world.Reports.RunAsync(run.Run, Token)).Schedule);
    }

    [Theory]
    [InlineData(30, "Ask for --pinned 30 or fewer")]
    [InlineData(12, "at least 20")]
    public async Task A_pinned_sample_larger_than_what_there_is_is_refused_with_what_would_do(int documents, string remedy)
    {
        var world = await EvaluationWorld.CreateAsync(database.DataSource, documents);
        var definition = world.Definition(pinned: 40);

        var refusal = await Assert.ThrowsAsync<PipelineStorageException>(() => world.Schedules.AddAsync(definition, Token));

        Assert.Contains($"there are {documents} in this batch", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(await world.Schedules.ListAsync(Token), row => row.Definition.Name == definition.Name);
    }

    [Fact]
    public async Task A_baseline_is_a_finished_run_of_the_schedule_with_the_signature_of_today()
    {
        var world = await EvaluationWorld.CreateAsync(database.DataSource);
        var (row, other) = (await world.AddAsync(world.Definition()), await world.AddAsync(world.Definition()));
        var foreign = (await world.Starter.StartReevaluationAsync(other, other.Definition.Name, Token)).Run;
        var old = await FinishedAsync(world, row, "old", "before");
        var newer = await FinishedAsync(world, row, "newer", "today");
        var newest = await FinishedAsync(world, row, "newest", "today");
        var open = (await world.Starter.StartReevaluationAsync(row, row.Definition.Name, Token)).Run;

        await world.Schedules.SetBaselineAsync(row, newer, Token);

        Assert.Equal(newer, (await world.Schedules.FindAsync(row.Id, Token))!.BaselineRun);
        foreach (var (run, reason) in new[] { (old, "scored as 'before'"), (open, "has not finished"), (foreign, "is no run of"), (0, "is no run of") })
        {
            var refusal = await Assert.ThrowsAsync<PipelineStorageException>(() => world.Schedules.SetBaselineAsync(row, run, Token));
            Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        }

        Assert.Equal(newer, (await world.Schedules.FindAsync(row.Id, Token))!.BaselineRun);
        Assert.Equal([open, newest, newer, old], (await world.Reports.HistoryAsync(row, 10, Token)).Select(run => run.Run));
    }

    [Fact]
    public async Task Pruning_leaves_pinned_texts_until_the_schedule_is_removed_and_takes_the_others_with_their_generations()
    {
        var world = await EvaluationWorld.CreateAsync(database.DataSource);
        var row = await world.AddAsync(world.Definition(pinned: 20, fresh: 20));
        var run = await FinishedAsync(world, row, "prune", "test");

        await PruneAsync(world);

        Assert.Equal(20, await GenerationsAsync());
        Assert.Equal(20, await world.DataSource.ScalarAsync<long>("""
            select count(*) from pipeline.schedule_texts s join pipeline.texts t on t.id = s.text_id where s.schedule_id = $1
            """, row.Id));
        await world.Schedules.RemoveAsync(row.Id, Token);
        Assert.Equal(0, await GenerationsAsync());
        Assert.Equal("done", (await world.Reports.RunAsync(run, Token)).State);
        Assert.Equal(0, await world.DataSource.ScalarAsync<long>("""
            select count(*) from pipeline.texts t
            where not exists (select from pipeline.documents d where t.id in (d.text_id, d.reference_text_id))
              and not exists (select from pipeline.summaries s where s.summary_text_id = t.id)
            """));

        Task<long> GenerationsAsync() => world.DataSource.ScalarAsync<long>("select count(*) from pipeline.generations where evaluation_id = $1", run);
    }

    private static async Task PruneAsync(EvaluationWorld world)
    {
        var pruner = new BatchPruner(
            world.DataSource, world.DataSource, new VectorIndexes(world.DataSource, TimeProvider.System), LedgerWorld.Outages, _ => { });
        await world.DataSource.ExecuteAsync("update pipeline.batches set loaded_at = now() - interval '10 days' where id = $1", world.Batch);
        var candidate = Assert.Single(await pruner.FindAsync(TimeSpan.FromDays(5), Token), batch => batch.Id == world.Batch);
        await pruner.PruneAsync(candidate, new Progress<PruneCounts>(), Token);
    }

    private static async Task<long> FinishedAsync(EvaluationWorld world, ScheduleRow row, string request, string signature)
    {
        var start = await world.Starter.StartReevaluationAsync(row, $"{row.Definition.Name} {request}", Token);
        await world.GenerateAsync();
        await world.CompleteAsync(start.Run, signature);
        return start.Run;
    }
}
