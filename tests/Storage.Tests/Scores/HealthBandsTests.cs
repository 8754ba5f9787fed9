using Npgsql;
using Pipeline.Storage.Intake;
using Pipeline.Storage.Scores;
using Pipeline.Testing;

namespace Pipeline.Storage.Tests.Scores;

public sealed class HealthBandsTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    private const int Short = 100;
    private static readonly HealthThresholds s_defaults = new(0.45, 0.12, 0.35);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private NpgsqlDataSource DataSource => database.DataSource;

    [Fact]
    public async Task Limits_are_quantiles_of_the_history_of_each_length()
    {
        var (world, batchId) = await HistoryAsync();

        var bands = await new HealthBands(DataSource).ProposeAsync(batchId, world.SummarizerId, world.EmbedderId, [150, 500], 0.05, Token);

        // Short texts have the cosines 0.500, 0.502, ..., 0.698 and the compressions 0.2 above; long ones 0.3 less of both.
        Assert.Equal([(1, 150), (151, 500), (501, null)], bands.Select(band => (band.MinChars, band.MaxChars)));
        Assert.Equal((Short, 0.509, 0.709, 0.889), (bands[0].Samples, bands[0].MinCosine!.Value, bands[0].MinCompression!.Value, bands[0].MaxCompression!.Value));
        Assert.Equal((Short, 0.209, 0.409, 0.589), (bands[1].Samples, bands[1].MinCosine!.Value, bands[1].MinCompression!.Value, bands[1].MaxCompression!.Value));
        Assert.Equal((0L, (double?)null), (bands[2].Samples, bands[2].MinCosine));
        // Each limit lets 5 % by, and a low cosine comes with a low compression here.
        Assert.InRange(bands[0].FalseAlarmRate!.Value, 0.02, 0.25);
        Assert.Equal(1, bands[0].AlarmRate);
    }

    [Fact]
    public async Task Limits_in_force_judge_stored_and_new_scores_and_can_be_taken_back()
    {
        var (world, batchId) = await HistoryAsync();
        var bands = new HealthBands(DataSource);
        var proposals = await bands.ProposeAsync(batchId, world.SummarizerId, world.EmbedderId, [150, 500], 0.05, Token);

        // Only the short texts get limits of their own, and no summary is too long for them.
        BandProposal[] own = [proposals[0] with { MaxCompression = 5 }];
        Assert.Equal(2 * Short, await bands.ApplyAsync(batchId, world.SummarizerId, world.EmbedderId, own, s_defaults, Token));

        Assert.Equal("short 5, long 100", await AlarmsAsync(world));
        Assert.Equal(100 + 5, await DataSource.ScalarAsync<double>(
            "select alarm_share * samples from pipeline.health_baselines where recipe_id = $1", world.SummarizerId));
        Assert.Equal([150], (await bands.ListAsync(Token)).Where(row => row.Samples == Short).Select(row => row.MaxChars!.Value).Take(1));

        // The summary is longer than the text: beyond the limits of the settings, and within the new ones.
        var loaded = await world.LoadAsync([Backlog.Document(1, "new", "紧急工单：三号楼的电梯在今天上午停止运行，请尽快派人维修。")], world.Submission("new"));
        await world.FinishAsync();
        Assert.Equal("false true", await DataSource.ScalarAsync<string>("""
            select compression_alarm || ' ' || (band_id is not null) from pipeline.batch_lines l
            join pipeline.health_scores h on h.text_id = l.text_id and h.recipe_id = l.recipe_id where l.batch_id = $1
            """, loaded.Id));

        await bands.ApplyAsync(batchId, world.SummarizerId, world.EmbedderId, [], s_defaults, Token);
        Assert.Equal("short 100, long 100", await AlarmsAsync(world));
        Assert.Equal(0, await DataSource.ScalarAsync<long>("select count(*) from pipeline.health_baselines where recipe_id = $1", world.SummarizerId));
        // The limits of old are still known.
        Assert.Equal(1, await DataSource.ScalarAsync<long>("select count(*) from pipeline.health_bands where recipe_id = $1", world.SummarizerId));
    }

    [Fact]
    public async Task Two_recipes_with_the_same_summary_are_judged_each_by_its_own_limits()
    {
        var world = await LedgerWorld.CreateAsync(DataSource);
        var other = await world.RecipeAsync("summarize");
        var document = world.Documents(1);
        await world.LoadAsync(document);
        await world.LoadAsync(document, world.Submission("again", summarizer: other));
        await DataSource.ExecuteAsync("""
            insert into pipeline.health_bands
                (recipe_id, embedder_id, min_chars, min_cosine, min_compression, max_compression, samples, false_alarm_rate)
            values ($1, $2, 1, 0, 0, 10, 1, 0), ($3, $2, 1, 0, 0, 0.01, 1, 0)
            """, world.SummarizerId, world.EmbedderId, other);
        await world.FinishAsync();
        var runner = world.Runner(FakeEngine.Of((i, text, _) => Task.FromResult(FakeEngine.Done(i, text))));
        foreach (var chunk in await world.Dispatch.FormChunksAsync(other, world.Queue, 64, 10, Token))
        {
            await runner.RunAsync(chunk.Id, "worker", Token);
        }

        await world.FinishAsync();

        Assert.Equal(["false", "true"], await DataSource.ColumnAsync<string>("""
            select compression_alarm::text from pipeline.results where recipe in (select name from pipeline.recipes where id = any($1))
            order by recipe = (select name from pipeline.recipes where id = $2)
            """, new[] { world.SummarizerId, other }, other));
    }

    /// <summary>A batch of short and long texts, scored, with numbers that are easy to reckon with.</summary>
    private async Task<(LedgerWorld World, long BatchId)> HistoryAsync()
    {
        var world = await LedgerWorld.CreateAsync(DataSource);
        IntakeDocument[] documents =
        [
            .. world.Documents(Short),
            .. world.Documents(Short, mark: new string('长', 200)).Select((document, i) => document with { Line = Short + 1 + i, ExternalId = $"long-{i}" }),
        ];
        var batch = await world.LoadAsync(documents);
        await world.FinishAsync();
        await DataSource.ExecuteAsync("""
            update pipeline.health_scores h
            set cosine = 0.5 + 0.002 * n.rank - case when n.chars > 150 then 0.3 else 0 end,
                compression = 0.7 + 0.002 * n.rank - case when n.chars > 150 then 0.3 else 0 end,
                drift_alarm = true
            from (select d.text_id, t.chars, row_number() over (partition by t.chars > 150 order by bi.line) - 1 as rank
                  from pipeline.batch_items bi join pipeline.documents d on d.id = bi.document_id join pipeline.texts t on t.id = d.text_id
                  where bi.batch_id = $1) n
            where n.text_id = h.text_id and h.recipe_id = $2
            """, batch.Id, world.SummarizerId);
        return (world, batch.Id);
    }

    private Task<string> AlarmsAsync(LedgerWorld world) => DataSource.ScalarAsync<string>("""
        select string_agg(length || ' ' || alarms, ', ' order by length desc) from (
            select case when t.chars > 150 then 'long' else 'short' end as length, count(*) filter (where h.drift_alarm or h.compression_alarm) as alarms
            from pipeline.health_scores h join pipeline.texts t on t.id = h.text_id
            where h.recipe_id = $1 and t.body not like '紧急工单%' group by 1) x
        """, world.SummarizerId);
}
