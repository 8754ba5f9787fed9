using Pipeline.Testing;

namespace Pipeline.Scoring.Tests.Evaluations;

public sealed class ReevaluationTests : IAsyncLifetime
{
    private readonly DatabaseFixture _database = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _database.InitializeAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task An_engine_that_stays_the_same_raises_no_alarm()
    {
        var rig = await EvaluationRig.CreateAsync(_database.DataSource);
        var schedule = await rig.AddAsync();

        var first = await rig.RunAsync(schedule, EvaluationRig.Good);
        var second = await rig.RunAsync(schedule, EvaluationRig.Good);
        var third = await rig.RunAsync(schedule, EvaluationRig.Good);

        Assert.Equal("pinned reference no-baseline, pinned source no-baseline", await rig.VerdictsAsync(first));
        Assert.Equal(first, (await rig.Schedules.FindAsync(schedule, Token))!.BaselineRun);
        foreach (var run in (long[])[second, third])
        {
            Assert.Equal("pinned baseline ok, pinned reference ok, pinned source ok", await rig.VerdictsAsync(run));
            var same = await rig.FigureAsync(run, "pinned", "baseline");
            Assert.Equal((30, 1.0, 1.0, 0.0), (same.Texts, same.ExactShare, same.Value, same.Change));
        }

        Assert.Equal(0, await rig.OpenAlertsAsync());
    }

    [Fact]
    public async Task A_worse_engine_raises_the_alarm_in_the_second_run_and_a_mended_one_ends_it()
    {
        var rig = await EvaluationRig.CreateAsync(_database.DataSource);
        var schedule = await rig.AddAsync();
        await rig.RunAsync(schedule, EvaluationRig.Good);

        var one = await rig.RunAsync(schedule, EvaluationRig.Bad);
        Assert.Equal("pinned baseline drop, pinned reference drop, pinned source ok", await rig.VerdictsAsync(one));
        Assert.Equal(0, await rig.OpenAlertsAsync());

        var two = await rig.RunAsync(schedule, EvaluationRig.Bad);
        Assert.Equal("pinned baseline drop!, pinned reference drop!, pinned source ok", await rig.VerdictsAsync(two));
        Assert.Equal(
            ["reevaluation-drop nightly: summarize (2), pinned, baseline", "reevaluation-drop nightly: summarize (2), pinned, reference"],
            await _database.DataSource.ColumnAsync<string>("select rule || ' ' || subject from pipeline.open_alerts order by subject"));
        var dropped = await rig.FigureAsync(two, "pinned", "reference");
        Assert.True(dropped.Change < -0.1 && dropped.High < 0 && dropped.Low <= dropped.Change, $"{dropped}");

        // One of the three latest is good: two of three are not. The next one leaves one, and that is over.
        Assert.Contains("pinned reference ok!", await rig.VerdictsAsync(await rig.RunAsync(schedule, EvaluationRig.Good)), StringComparison.Ordinal);
        Assert.Equal("pinned baseline ok, pinned reference ok, pinned source ok", await rig.VerdictsAsync(await rig.RunAsync(schedule, EvaluationRig.Good)));
        Assert.Equal(0, await rig.OpenAlertsAsync());
    }

    [Fact]
    public async Task With_a_schedule_its_alerts_end_and_those_of_others_stay()
    {
        var rig = await EvaluationRig.CreateAsync(_database.DataSource);
        foreach (var name in (string[])["nightly", "nightly 2"])
        {
            var schedule = await rig.AddAsync(name: name);
            foreach (var engine in (string[])[EvaluationRig.Good, EvaluationRig.Bad, EvaluationRig.Bad])
            {
                await rig.RunAsync(schedule, engine);
            }
        }

        Assert.Equal(4, await rig.OpenAlertsAsync());

        await rig.Schedules.RemoveAsync((await rig.Schedules.FindAsync("nightly", Token)).Id, Token);

        Assert.Equal(
            ["nightly 2"],
            await _database.DataSource.ColumnAsync<string>("select distinct split_part(subject, ': ', 1) from pipeline.open_alerts order by 1"));
        Assert.Equal(2, await _database.DataSource.ScalarAsync<long>("select count(*) from pipeline.alert_deliveries where event = 'resolved'"));
    }

    [Fact]
    public async Task A_drop_below_the_minimum_is_none_however_significant_it_is()
    {
        var rig = await EvaluationRig.CreateAsync(_database.DataSource);
        var schedule = await rig.AddAsync();
        await _database.DataSource.ExecuteAsync("update pipeline.schedules set min_drop = 0.9, min_change = 0.999");
        await rig.RunAsync(schedule, EvaluationRig.Good);

        var run = await rig.RunAsync(schedule, EvaluationRig.Bad);

        Assert.Equal("pinned baseline ok, pinned reference ok, pinned source ok", await rig.VerdictsAsync(run));
        Assert.True((await rig.FigureAsync(run, "pinned", "reference")).High < 0);
    }

    [Fact]
    public async Task The_fresh_sample_is_compared_with_that_of_the_baseline_and_one_that_is_too_small_with_nothing()
    {
        var rig = await EvaluationRig.CreateAsync(_database.DataSource, documents: 60);
        var schedule = await rig.AddAsync(pinned: 20, fresh: 25);
        var first = await rig.RunAsync(schedule, EvaluationRig.Good);
        var nothingNew = await rig.RunAsync(schedule, EvaluationRig.Good);
        await _database.DataSource.ExecuteAsync("update pipeline.evaluations set last_document_id = 0");
        var worse = await rig.RunAsync(schedule, EvaluationRig.Bad);

        Assert.Equal(25, (await rig.FigureAsync(first, "fresh", "reference")).Texts);
        Assert.Equal((0, "too-few"), (await rig.FigureAsync(nothingNew, "fresh", "source")) is var none ? (none.Texts, none.Verdict) : default);
        var drop = await rig.FigureAsync(worse, "fresh", "reference");
        Assert.Equal((25, "drop", first), (drop.Texts, drop.Verdict, drop.BaselineRun));
    }

    [Fact]
    public async Task Runs_with_failures_are_no_baseline_and_a_run_without_any_summary_says_that_it_failed()
    {
        var rig = await EvaluationRig.CreateAsync(_database.DataSource);
        var schedule = await rig.AddAsync();

        var partly = await rig.RunAsync(schedule, "case when g.id % 3 = 0 then null else left(t.body, 14) end");
        var wholly = await rig.RunAsync(schedule, "null::text");

        Assert.Equal((20, 10), await rig.FigureAsync(partly, "pinned", "source") is var some ? (some.Texts, some.Failed) : default);
        Assert.Equal("pinned source failed", await rig.VerdictsAsync(wholly));
        Assert.Null((await rig.Schedules.FindAsync(schedule, Token))!.BaselineRun);
        Assert.Equal((0, 30), (await rig.Reports.RunAsync(wholly, Token)) is var run ? (run.Done, run.Failed) : default);
    }

    [Fact]
    public async Task Scores_under_another_signature_are_not_compared_with_the_baseline()
    {
        var rig = await EvaluationRig.CreateAsync(_database.DataSource);
        var schedule = await rig.AddAsync();
        var first = await rig.RunAsync(schedule, EvaluationRig.Good);

        var other = await rig.RunAsync(schedule, EvaluationRig.Bad, tokenizer: "char-nfkc");

        Assert.Equal("pinned reference other-signature, pinned source other-signature", await rig.VerdictsAsync(other));
        var refusal = await Assert.ThrowsAsync<Storage.PipelineStorageException>(async () =>
            await rig.Schedules.SetBaselineAsync((await rig.Schedules.FindAsync(schedule, Token))!, first, Token));
        Assert.Contains("can't be compared", refusal.Message, StringComparison.Ordinal);
        await rig.Schedules.SetBaselineAsync((await rig.Schedules.FindAsync(schedule, Token))!, other, Token);
        Assert.Equal(
            "pinned baseline ok, pinned reference ok, pinned source ok", await rig.VerdictsAsync(await rig.RunAsync(schedule, EvaluationRig.Bad, "char-nfkc")));
    }
}
