using Pipeline.Storage.Evaluations;
using Pipeline.Storage.Ledger;
using Pipeline.Storage.Results;
using Pipeline.Testing;

namespace Pipeline.Storage.Tests.Evaluations;

public sealed class EvaluationStarterTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_generates_every_text_anew_and_leaves_production_alone()
    {
        var world = await EvaluationWorld.CreateAsync(database.DataSource);
        var schedule = await world.AddAsync(world.Definition(pinned: 20, fresh: 20));
        const string Production = """
            select (select md5(string_agg(s::text, ',' order by text_id, recipe_id)) from pipeline.summaries s)
                || (select md5(string_agg(w::text, ',' order by text_id, recipe_id)) from pipeline.work_items w) || (select count(*) from pipeline.texts)
            """;
        var before = await world.DataSource.ScalarAsync<string>(Production);

        var start = await world.Starter.StartReevaluationAsync(schedule, "first", Token);
        await world.GenerateAsync("again ");

        Assert.Equal((true, 40), (start.IsNew, start.Texts));
        Assert.Equal("done/1 40", await world.StatesAsync(start.Run));
        Assert.Equal(40, await world.DataSource.ScalarAsync<long>("""
            select count(*) from pipeline.generations g join pipeline.texts t on t.id = g.text_id
            where g.evaluation_id = $1 and g.summary = 'again ' || t.body and g.seconds = 0.5 and g.finish_reason = 'copied'
            """, start.Run));
        Assert.Equal(before, await world.DataSource.ScalarAsync<string>(Production));
        Assert.Equal(0, await world.Ledger.ChunksAsync());
    }

    [Fact]
    public async Task A_worker_that_is_lost_in_the_middle_costs_its_texts_one_attempt_and_the_run_is_completed()
    {
        var world = await EvaluationWorld.CreateAsync(database.DataSource);
        var start = await world.Starter.StartReevaluationAsync(await world.AddAsync(world.Definition()), "lost", Token);
        var chunks = await world.FormAsync(chunkSize: 8);
        var taken = (await world.TakeAsync(chunks[0].Id))!;
        await world.Work.SettleAsync(
            taken, [.. taken.Together.Take(3).Select(text => new TextResult<SummaryRecord>(text.Id, new SummaryRecord("first", "copied", false)))], [],
            new GenerationWriter(), closeChunk: false, Token);

        // The lease runs out, and the messages of the other chunks never arrive.
        await world.DataSource.ExecuteAsync("update pipeline.chunks set lease_until = now() - interval '1 second' where id = $1", chunks[0].Id);
        Assert.Equal(1, await world.Ledger.Dispatch.ReleaseExpiredAsync(Token));
        Assert.Equal(2, await world.Dispatch.ReleaseWaitingAsync(world.Ledger.Queue, long.MaxValue, TimeSpan.Zero, Token));
        await world.GenerateAsync("second ");

        Assert.Equal("done/1 15, done/2 5", await world.StatesAsync(start.Run));
        Assert.Equal(3, await world.DataSource.ScalarAsync<long>(
            "select count(*) from pipeline.generations where evaluation_id = $1 and summary = 'first'", start.Run));
    }

    [Fact]
    public async Task A_text_that_the_engine_cannot_do_ends_with_its_error_and_its_neighbours_are_done()
    {
        var world = await EvaluationWorld.CreateAsync(database.DataSource);
        var start = await world.Starter.StartReevaluationAsync(await world.AddAsync(world.Definition()), "poison", Token);
        var poison = await world.DataSource.ScalarAsync<string>("""
            select t.body from pipeline.generations g join pipeline.texts t on t.id = g.text_id where g.evaluation_id = $1 order by g.id limit 1
            """, start.Run);

        await world.RunAsync(FakeEngine.Of((i, text, _) =>
            text == poison ? throw new InvalidOperationException("It is poison.") : Task.FromResult(FakeEngine.Done(i, text))));

        Assert.Equal("done", await world.DataSource.ScalarAsync<string>(
            "select string_agg(distinct state, ',') from pipeline.generations where evaluation_id = $1 and error_code is null", start.Run));
        Assert.Equal("quarantined/3/engine-error", await world.DataSource.ScalarAsync<string>(
            "select string_agg(concat_ws('/', state, attempts, error_code), ',') from pipeline.generations where evaluation_id = $1 and summary is null",
            start.Run));
    }

    [Fact]
    public async Task A_schedule_has_one_run_at_a_time_and_a_request_starts_one_run()
    {
        var world = await EvaluationWorld.CreateAsync(database.DataSource);
        var schedule = await world.AddAsync(world.Definition());

        var starts = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => world.Starter.StartReevaluationAsync(schedule, $"job {i % 2}", Token)));

        var run = Assert.Single(starts.Select(start => start.Run).Distinct());
        Assert.Single(starts, start => start.IsNew);
        await world.GenerateAsync();
        await world.CompleteAsync(run);
        var request = await world.DataSource.ScalarAsync<string>("select request from pipeline.evaluations where id = $1", run);
        Assert.Equal(new RunStart(run, false, 20), await world.Starter.StartReevaluationAsync(schedule, request, Token));
        Assert.True((await world.Starter.StartReevaluationAsync(schedule, "job 3", Token)).IsNew);
    }

    [Fact]
    public async Task The_pinned_sample_stays_and_the_fresh_one_is_what_came_in_since_the_last_run()
    {
        var world = await EvaluationWorld.CreateAsync(database.DataSource);
        var schedule = await world.AddAsync(world.Definition(pinned: 20, fresh: 30) with { BatchId = null });
        var first = await world.Starter.StartReevaluationAsync(schedule, "one", Token);
        await world.GenerateAsync();
        await world.CompleteAsync(first.Run);
        await world.Ledger.LoadAsync(world.Ledger.Documents(25, "later"), world.Ledger.Submission("later"));

        var second = await world.Starter.StartReevaluationAsync(schedule, "two", Token);

        Assert.Equal(45, second.Texts);
        Assert.Equal(25, await world.DataSource.ScalarAsync<long>("""
            select count(*) from pipeline.evaluation_texts e join pipeline.texts t on t.id = e.text_id
            where e.evaluation_id = $1 and e.part = 'fresh' and t.body like '%later%'
            """, second.Run));
        Assert.Equal(20, await world.DataSource.ScalarAsync<long>("""
            select count(*) from pipeline.evaluation_texts a join pipeline.evaluation_texts b using (text_id)
            where a.evaluation_id = $1 and b.evaluation_id = $2 and a.part = 'pinned' and b.part = 'pinned'
            """, first.Run, second.Run));
    }

    [Fact]
    public async Task A_stability_check_generates_each_text_once_under_each_variant()
    {
        var world = await EvaluationWorld.CreateAsync(database.DataSource);
        var variants = new List<SampledVariant>();
        for (var sample = 1; sample <= 3; sample++)
        {
            variants.Add(new(await world.Ledger.RecipeAsync("summarize"), world.Ledger.SummarizerId, sample, Seed: sample));
        }

        var start = await world.Starter.StartStabilityAsync(variants, 0.7, world.Batch, 25, Token);

        Assert.Equal(25, start.Texts);
        Assert.Equal(["25", "25", "25"], await world.DataSource.ColumnAsync<string>(
            "select count(distinct text_id)::text from pipeline.generations where evaluation_id = $1 group by recipe_id, sample, seed", start.Run));
        var refusal = await Assert.ThrowsAsync<PipelineStorageException>(
            async () => await (await EvaluationWorld.CreateAsync(database.DataSource, documents: 19)).StartSmallAsync(variants));
        Assert.Contains("at least 20 texts", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("there are 19", refusal.Message, StringComparison.Ordinal);
    }
}
