using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Pipeline.Storage.Intake;
using Pipeline.Storage.Ledger;
using Pipeline.Storage.Reports;
using Pipeline.Storage.Results;
using Pipeline.Storage.Rows;
using Pipeline.Storage.Scores;
using Pipeline.Testing;

namespace Pipeline.Storage.Tests;

/// <summary>Recipes, a queue and a source of its own inside a shared database, so that tests do not meet.</summary>
internal sealed class LedgerWorld
{
    private static readonly TimeSpan s_lease = TimeSpan.FromMinutes(1);
    private readonly string _name = Guid.NewGuid().ToString("N");

    private LedgerWorld(NpgsqlDataSource dataSource)
    {
        DataSource = dataSource;
        Work = new WorkLedger(dataSource);
        Dispatch = new DispatchLedger(dataSource);
        Intake = new BatchIntake(dataSource);
    }

    public NpgsqlDataSource DataSource { get; }

    public WorkLedger Work { get; }

    public DispatchLedger Dispatch { get; }

    public BatchIntake Intake { get; }

    public SummaryWriter Writer { get; } = new();

    public int EmbedderId { get; private set; }

    public int SummarizerId { get; private set; }

    public string Queue => "queue-" + _name;

    public static OutageRetry Outages { get; } = new(TimeProvider.System, TimeSpan.FromSeconds(20), (_, _) => { });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<LedgerWorld> CreateAsync(NpgsqlDataSource dataSource)
    {
        var world = new LedgerWorld(dataSource);
        world.EmbedderId = await world.RecipeAsync("embed");
        world.SummarizerId = await world.RecipeAsync("summarize");
        return world;
    }

    public async Task<int> RecipeAsync(string stage, int dimensions = 2, string? name = null)
    {
        name ??= $"{stage}-{Guid.NewGuid():N}";
        var row = await new RecipeRegistry(DataSource).EnsureAsync(
            new RecipeRow
            {
                Name = name,
                Stage = stage,
                Engine = "fake",
                Definition = $"{{\"name\":\"{name}\"}}",
                Sha256 = SHA256.HashData(Encoding.UTF8.GetBytes(name)),
                Dimensions = stage == "embed" ? dimensions : null,
                SecondsPerText = 0.01f,
            },
            Token);
        return row.Id;
    }

    public BatchSubmission Submission(string content = "", string? name = null, int? embedder = null, int? summarizer = null) => new(
        "tenant", name, _name, SHA256.HashData(Encoding.UTF8.GetBytes(_name + content)), embedder ?? EmbedderId, [summarizer ?? SummarizerId]);

    /// <summary>Texts that no other test has.</summary>
    public IntakeDocument[] Documents(int count, string mark = "") =>
        [.. Enumerable.Range(1, count).Select(i => Backlog.Document(i, $"id-{i}", $"{_name} {mark} text {i}"))];

    public Task<OpenedBatch> LoadAsync(IEnumerable<IntakeDocument> documents, BatchSubmission? submission = null) =>
        Backlog.LoadAsync(DataSource, submission ?? Submission(), documents);

    public Task<IReadOnlyList<DispatchChunk>> FormAsync(int chunkSize = 64, int maxChunks = 100) =>
        Dispatch.FormChunksAsync(SummarizerId, Queue, chunkSize, maxChunks, Token);

    public async Task<WorkChunk> TakeAsync(int chunkSize = 64) =>
        (await Work.TakeAsync((await FormAsync(chunkSize))[0].Id, "worker", s_lease, Token))!;

    public Task<WorkChunk?> TakeAsync(long chunkId) => Work.TakeAsync(chunkId, "worker", s_lease, Token);

    public Task SettleAsync(
        WorkChunk chunk, IEnumerable<WorkText>? done = null, IEnumerable<(WorkText, WorkFailure)>? failed = null, bool close = true) =>
        Work.SettleAsync(
            chunk, [.. (done ?? []).Select(text => new TextResult<SummaryRecord>(text.Id, new SummaryRecord("short " + text.Body, "copied", false)))],
            [.. failed ?? []], Writer, close, Token);

    /// <summary>Summarising items as "state/attempts/error code", in text order.</summary>
    public Task<IReadOnlyList<string>> ItemsAsync() => DataSource.ColumnAsync<string>(
        "select concat_ws('/', state, attempts, error_code) from pipeline.work_items where recipe_id = $1 order by text_id", SummarizerId);

    /// <summary>How many summarising items are in each state: "done 31, quarantined 1".</summary>
    public Task<string> StatesAsync() => DataSource.ScalarAsync<string>(
        "select string_agg(state || ' ' || n, ', ' order by state) from (select state, count(*) n from pipeline.work_items where recipe_id = $1 group by 1) s",
        SummarizerId);

    public Task<long> ChunksAsync() => DataSource.ScalarAsync<long>("select count(*) from pipeline.chunks where queue = $1", Queue);

    public ChunkRunner<SummaryRecord> Runner(
        RunEngine<SummaryRecord> engine, TimeSpan? deadline = null, TimeSpan? lease = null, TimeSpan? budget = null, Action<long>? onHang = null,
        Func<Exception, bool>? isFaultOfTheEngine = null, TimeProvider? time = null) => new(
        Work, Writer, engine, Outages, time ?? TimeProvider.System,
        ChunkRunnerOptions.Default with
        {
            Lease = lease ?? s_lease,
            TextDeadline = deadline ?? TimeSpan.FromSeconds(20),
            ChunkBudget = budget ?? TimeSpan.FromMinutes(10),
            FlushInterval = TimeSpan.FromMilliseconds(50),
        },
        onHang ?? (chunk => Assert.Fail($"The engine hangs in chunk {chunk}.")), isFaultOfTheEngine ?? (_ => false));

    /// <summary>Summarises everything that is pending; a text with the mark "[[unfit]]" is refused.</summary>
    public Task<int> SummarizeAsync() => RunUntilNothingIsPendingAsync(Runner(FakeEngine.Of((i, text, _) => Task.FromResult(
        text.Contains("[[unfit]]", StringComparison.Ordinal)
            ? new WorkOutcome<SummaryRecord>(i, null, new WorkFailure("unfit", "It is unfit", IsFinal: true))
            : FakeEngine.Done(i, text)))));

    /// <summary>Embeds everything that is pending for an embedder.</summary>
    public async Task EmbedAsync(int? embedder = null)
    {
        while (await Dispatch.FormChunksAsync(embedder ?? EmbedderId, Queue, 64, 100, Token) is { Count: > 0 } formed)
        {
            foreach (var sent in formed)
            {
                var chunk = (await TakeAsync(sent.Id))!;
                await Work.SettleAsync(
                    chunk, [.. chunk.Together.Select(text => new TextResult<float[]>(text.Id, [1, 0]))], [], new EmbeddingWriter(), closeChunk: true, Token);
            }
        }
    }

    /// <summary>The same statistics of every summary: one number of two that the text does not have.</summary>
    public async Task<TextStatisticsWriter> StatisticsAsync()
    {
        var signature = await new ScoreLedger(DataSource).SignatureIdAsync("statistics", Token);
        return new TextStatisticsWriter(signature, _ => new TextStatisticsRow
        {
            Coverage = 0.5, Density = 2, CompressionNewsroom = 4, Novel1Gram = 0.5, Novel2Gram = 0.5, Novel3Gram = null, Repeated1Gram = 0,
            Repeated2Gram = 0, NumberPrecision = null, Facts = 2, FactPrecision = 0.5, Unsupported = """[{"start":0,"length":5,"kind":"number"}]""",
            AtRisk = ["multi-event", "number-unit"], Failures = ["number-unit"],
        });
    }

    /// <summary>Scores everything that is ready.</summary>
    public async Task ScoreAsync()
    {
        var scores = new ScoreLedger(DataSource);
        var signature = await scores.SignatureIdAsync("test", Token);
        var statistics = await StatisticsAsync();
        var value = new RougeValue(0.5, 0.5, 0.5, 1);
        while (await scores.ScoreWindowAsync(
            1000, signature, new HealthThresholds(0.45, 0.12, 0.35), pair => new RougeRow(pair, value, value, value, value, 2, 2), statistics, Token) > 0)
        {
        }
    }

    /// <summary>Does everything there is to do.</summary>
    public async Task FinishAsync()
    {
        await SummarizeAsync();
        await EmbedAsync();
        await ScoreAsync();
    }

    /// <summary>Progress of a batch with one recipe.</summary>
    public async Task<BatchProgressRow> ProgressAsync(long batchId) =>
        Assert.Single(await new BatchReports(DataSource).ProgressAsync(batchId, newest: 0, Token));

    /// <summary>Lines of a batch by state: "cancelled 31, done 1".</summary>
    public Task<string> LinesAsync(long batchId) => DataSource.ScalarAsync<string>(
        "select string_agg(state || ' ' || n, ', ' order by state) from (select state, count(*) n from pipeline.batch_lines where batch_id = $1 group by 1) s",
        batchId);

    /// <summary>What dispatcher and worker do together: send what is pending, run it, until nothing is pending.</summary>
    public async Task<int> RunUntilNothingIsPendingAsync(ChunkRunner<SummaryRecord> runner, int chunkSize = 64)
    {
        var settled = 0;
        for (var round = 0; await FormAsync(chunkSize) is { Count: > 0 } chunks; round++)
        {
            Assert.True(round < 10, "The texts are sent again and again.");
            foreach (var chunk in chunks)
            {
                settled += await runner.RunAsync(chunk.Id, "worker", Token);
            }
        }

        return settled;
    }
}
