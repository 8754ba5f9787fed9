using Npgsql;
using Pipeline.Storage.Evaluations;
using Pipeline.Storage.Ledger;
using Pipeline.Storage.Results;
using Pipeline.Storage.Scores;
using Pipeline.Testing;

namespace Pipeline.Storage.Tests.Evaluations;

/// <summary>A batch of finished documents in a shared database, and the workers of its evaluations.</summary>
internal sealed class EvaluationWorld
{
    private static readonly TimeSpan s_lease = TimeSpan.FromMinutes(1);

    private EvaluationWorld(LedgerWorld ledger, long batch)
    {
        Ledger = ledger;
        Batch = batch;
        Work = new WorkLedger(ledger.DataSource, WorkTable.Generations);
        Dispatch = new DispatchLedger(ledger.DataSource, WorkTable.Generations);
        Schedules = new ScheduleStore(ledger.DataSource);
        Starter = new EvaluationStarter(ledger.DataSource);
        Evaluations = new EvaluationLedger(ledger.DataSource);
        Reports = new EvaluationReports(ledger.DataSource);
    }

    public LedgerWorld Ledger { get; }

    public long Batch { get; }

    public WorkLedger Work { get; }

    public DispatchLedger Dispatch { get; }

    public ScheduleStore Schedules { get; }

    public EvaluationStarter Starter { get; }

    public EvaluationLedger Evaluations { get; }

    public EvaluationReports Reports { get; }

    public NpgsqlDataSource DataSource => Ledger.DataSource;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<EvaluationWorld> CreateAsync(NpgsqlDataSource dataSource, int documents = 40)
    {
        var ledger = await LedgerWorld.CreateAsync(dataSource);
        var batch = await ledger.LoadAsync(ledger.Documents(documents));
        await ledger.FinishAsync();
        return new EvaluationWorld(ledger, batch.Id);
    }

    public ScheduleDefinition Definition(int pinned = 20, int fresh = 0) => new()
    {
        Name = Guid.NewGuid().ToString("N"),
        Cron = "0 3 * * *",
        TimeZone = "UTC",
        RecipeIds = [Ledger.SummarizerId],
        BatchId = Batch,
        Pinned = pinned,
        Fresh = fresh,
    };

    public async Task<ScheduleRow> AddAsync(ScheduleDefinition definition) =>
        (await Schedules.FindAsync(await Schedules.AddAsync(definition, Token), Token))!;

    public Task<IReadOnlyList<DispatchChunk>> FormAsync(int chunkSize = 64) =>
        Dispatch.FormChunksAsync(Ledger.SummarizerId, Ledger.Queue, chunkSize, 100, Token);

    public Task<WorkChunk?> TakeAsync(long chunkId) => Work.TakeAsync(chunkId, "worker", s_lease, Token);

    /// <summary>What dispatcher and worker do together.</summary>
    public async Task RunAsync(RunEngine<SummaryRecord> engine)
    {
        var runner = new ChunkRunner<SummaryRecord>(
            Work, new GenerationWriter(), engine, LedgerWorld.Outages, TimeProvider.System, ChunkRunnerOptions.Default,
            chunk => Assert.Fail($"The engine hangs in chunk {chunk}."), _ => false);
        for (var round = 0; await FormAsync() is { Count: > 0 } chunks; round++)
        {
            Assert.True(round < 10, "The texts are sent again and again.");
            foreach (var chunk in chunks)
            {
                await runner.RunAsync(chunk.Id, "worker", Token);
            }
        }
    }

    public Task GenerateAsync(string prefix = "short ") => RunAsync(FakeEngine.Of(
        (i, text, _) => Task.FromResult(new WorkOutcome<SummaryRecord>(i, new SummaryRecord(prefix + text, "copied", false) { Seconds = 0.5 }, null))));

    public Task<RunStart> StartSmallAsync(IReadOnlyList<SampledVariant> variants) => Starter.StartStabilityAsync(variants, 0.7, Batch, 25, Token);

    /// <summary>Ends a run without figures.</summary>
    public async Task CompleteAsync(long run, string signature = "test", bool isFirstBaseline = false)
    {
        var id = await new ScoreLedger(DataSource).SignatureIdAsync(signature, Token);
        Assert.True(await Evaluations.CompleteAsync(run, id, new RunScores([], [], [], isFirstBaseline), Token));
    }

    /// <summary>Generations of a run as "state/attempts n".</summary>
    public Task<string> StatesAsync(long run) => DataSource.ScalarAsync<string>("""
        select string_agg(kind || ' ' || n, ', ' order by kind)
        from (select state || '/' || attempts as kind, count(*) n from pipeline.generations where evaluation_id = $1 group by 1) s
        """, run);
}
