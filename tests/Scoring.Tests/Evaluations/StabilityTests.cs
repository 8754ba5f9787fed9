using Pipeline.Storage;
using Pipeline.Storage.Evaluations;
using Pipeline.Testing;

namespace Pipeline.Scoring.Tests.Evaluations;

public sealed class StabilityTests : IAsyncLifetime
{
    private readonly DatabaseFixture _database = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _database.InitializeAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Generations_that_are_all_the_same_have_the_figure_0()
    {
        var (rig, run) = await RunAsync(EvaluationRig.Good);

        Assert.Equal("stability pairs ok, stability stdev ok", await rig.VerdictsAsync(run));
        Assert.Equal((40, 0, 0.0, 0.0), await rig.FigureAsync(run, "stability", "stdev") is var figure ? (figure.Texts, figure.Failed, figure.Value, figure.High) : default);
        Assert.Equal(1.0, (await rig.FigureAsync(run, "stability", "pairs")).Value);
        Assert.Equal(0, await rig.OpenAlertsAsync());
    }

    [Fact]
    public async Task Generations_that_differ_widely_are_unstable_with_an_alert_and_the_texts_are_listed()
    {
        var (rig, run) = await RunAsync("case when g.sample % 2 = 0 then left(t.body, 14) else right(t.body, 14) end");

        Assert.Equal("stability pairs ok, stability stdev unstable!", await rig.VerdictsAsync(run));
        var figure = await rig.FigureAsync(run, "stability", "stdev");
        Assert.True(figure.Low > 0.03 && figure.Value > figure.Low, $"{figure}");
        Assert.Equal(["unstable-generation summarize (2)"], await _database.DataSource.ColumnAsync<string>(
            "select rule || ' ' || subject from pipeline.open_alerts"));
        var listed = await rig.Reports.UnstableTextsAsync(run, 0.03, 3, Token);
        Assert.Equal(3, listed.Count);
        Assert.All(listed, text => Assert.StartsWith("T-", text.ExternalId, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_single_text_that_varies_is_listed_and_no_alarm()
    {
        var (rig, run) = await RunAsync(
            "case when g.sample = 1 and t.id = (select min(text_id) from pipeline.generations) then right(t.body, 14) else left(t.body, 14) end");

        Assert.Equal("stability pairs ok, stability stdev ok", await rig.VerdictsAsync(run));
        Assert.Single(await rig.Reports.UnstableTextsAsync(run, 0.03, 10, Token));
    }

    [Fact]
    public async Task Without_references_only_the_generations_are_compared_with_each_other()
    {
        var (rig, run) = await RunAsync(
            "case when g.sample % 2 = 0 then left(t.body, 14) else right(t.body, 14) end", "update pipeline.documents set reference_text_id = null");

        Assert.Equal("stability pairs ok", await rig.VerdictsAsync(run));
        Assert.InRange((await rig.FigureAsync(run, "stability", "pairs")).Value!.Value, 0.3, 0.7);
    }

    [Fact]
    public async Task A_text_with_one_generation_only_counts_as_failed()
    {
        var (rig, run) = await RunAsync("""
            case when g.sample > 1 and t.id in (select text_id from pipeline.evaluation_texts order by text_id limit 10) then null
                 else left(t.body, 14) end
            """);

        Assert.Equal((30, 10), await rig.FigureAsync(run, "stability", "stdev") is var figure ? (figure.Texts, figure.Failed) : default);
    }

    [Fact]
    public async Task A_schedule_of_checks_alarms_after_its_number_of_unstable_runs_and_is_calm_again_after_stable_ones()
    {
        const string Wavering = "case when g.sample % 2 = 0 then left(t.body, 14) else right(t.body, 14) end";
        var rig = await EvaluationRig.CreateAsync(_database.DataSource, documents: 40);
        var schedule = await rig.AddAsync(pinned: 20, fresh: 20, name: "stable", stability: new(4, 0.5));

        var first = await rig.RunAsync(schedule, Wavering);
        Assert.Equal("stability pairs ok, stability stdev unstable", await rig.VerdictsAsync(first));
        Assert.Equal((40, null), await rig.FigureAsync(first, "stability", "stdev") is var figure ? (figure.Texts, figure.BaselineRun) : default);
        Assert.Equal(0, await rig.OpenAlertsAsync());

        // From here on nothing new came in: the pinned texts are left.
        var second = await rig.RunAsync(schedule, Wavering);
        Assert.Equal("stability pairs ok, stability stdev unstable!", await rig.VerdictsAsync(second));
        Assert.Equal(20, (await rig.FigureAsync(second, "stability", "stdev")).Texts);
        Assert.Equal(
            ["unstable-generation stable: chat"],
            await _database.DataSource.ColumnAsync<string>("select rule || ' ' || split_part(subject, ' (', 1) from pipeline.open_alerts"));
        Assert.Equal(
            ["chat@t0.5s1 20", "chat@t0.5s2 20", "chat@t0.5s3 20", "chat@t0.5s4 20"],
            await _database.DataSource.ColumnAsync<string>("""
                select r.name || ' ' || count(*) from pipeline.generations g join pipeline.recipes r on r.id = g.recipe_id
                where g.evaluation_id = $1 group by r.name order by r.name
                """, second));

        await rig.RunAsync(schedule, EvaluationRig.Good);
        var calm = await rig.RunAsync(schedule, EvaluationRig.Good);
        Assert.Equal("stability pairs ok, stability stdev ok", await rig.VerdictsAsync(calm));
        Assert.Equal(0, await rig.OpenAlertsAsync());
        var row = (await rig.Schedules.FindAsync(schedule, Token))!;
        Assert.Null(row.BaselineRun);
        await Assert.ThrowsAsync<PipelineStorageException>(() => rig.Schedules.SetBaselineAsync(row, calm, Token));
    }

    private async Task<(EvaluationRig Rig, long Run)> RunAsync(string engine, string? before = null)
    {
        var rig = await EvaluationRig.CreateAsync(_database.DataSource, documents: 40);
        if (before is not null)
        {
            await _database.DataSource.ExecuteAsync(before);
        }

        var recipe = await rig.RecipeAsync();
        var start = await rig.Starter.StartStabilityAsync(
            [.. Enumerable.Range(1, 5).Select(sample => new SampledVariant(recipe, recipe, sample, sample))], 0.7, batchId: null, 40, Token);
        await rig.GenerateAsync(start.Run, engine);
        Assert.True(await rig.Scoring().ScoreNextAsync(Token));
        Assert.False(await rig.Scoring().ScoreNextAsync(Token));
        return (rig, start.Run);
    }
}
