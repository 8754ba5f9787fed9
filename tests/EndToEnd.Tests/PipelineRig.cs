using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Pipeline.Contracts;
using Pipeline.Inference.Recipes;
using Pipeline.Scoring;
using Pipeline.ServiceDefaults;
using Pipeline.Storage;
using Pipeline.Storage.Intake;
using Pipeline.Storage.Rows;
using Pipeline.Testing;

namespace Pipeline.EndToEnd.Tests;

/// <summary>An installation of the whole product: a database, queues, and the services as processes.</summary>
internal sealed class PipelineRig : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly DatabaseFixture _database;
    private readonly BrokerFixture _broker;
    private readonly List<ServiceProcess> _processes = [];
    private int _embedderId;
    private int _summarizerId;

    private PipelineRig(DatabaseFixture database, BrokerFixture broker)
    {
        _database = database;
        _broker = broker;
        Settings = new()
        {
            ["PIPELINE__POSTGRES"] = database.ConnectionString,
            ["PIPELINE__RABBITMQ"] = broker.Address,
            // Short times, so that what heals by waiting heals while a test waits for it.
            ["PIPELINE__DISPATCHER__LOSTAFTER"] = "00:00:01",
            ["PIPELINE__DISPATCHER__POLLINTERVAL"] = "00:00:00.100",
            ["PIPELINE__DISPATCHER__SENDTIMEOUT"] = "00:00:03",
            ["PIPELINE__EMBEDWORKER__LEASE"] = "00:00:05",
            ["PIPELINE__SUMMARIZEWORKER__LEASE"] = "00:00:05",
        };
    }

    /// <summary>Environment of the services that are started next.</summary>
    public Dictionary<string, string> Settings { get; }

    public DatabaseFixture Database => _database;

    public NpgsqlDataSource DataSource => _database.DataSource;

    public BrokerFixture Broker => _broker;

    public string Logs => string.Join('\n', _processes.Select(process => $"=== {process.Project}\n{Tail(process.Log)}"));

    /// <summary>Everything that every service said.</summary>
    public string AllLogs => string.Join('\n', _processes.Select(process => process.Log));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<PipelineRig> CreateAsync(BrokerFixture broker)
    {
        _ = TestServers.RabbitMq;
        var database = new DatabaseFixture();
        await database.InitializeAsync();
        var rig = new PipelineRig(database, broker);
        HangfireStorage.Migrate(database.ConnectionString);
        await using var topology = new QueueTopology(new Uri(broker.Address));
        foreach (var queue in QueueNames.All)
        {
            await broker.DeleteAsync(queue);
            await broker.DeleteAsync(queue + "_error");
            await broker.DeleteAsync(queue + "_skipped");
            await topology.DeclareAsync(queue, Token);
        }

        rig._embedderId = await rig.RecipeAsync(RecipeStage.Embed, "hashing");
        rig._summarizerId = await rig.RecipeAsync(RecipeStage.Summarize, "extractive");
        return rig;
    }

    /// <summary>Starts services side by side and waits until all are ready.</summary>
    public async Task StartAsync(params string[] projects) => await Task.WhenAll(projects.Select(project => StartOneAsync(project)));

    public Task<ServiceProcess> StartFaultyAsync(string step) => StartOneAsync("FaultyWorker", step);

    public Task<ServiceProcess> StartOneAsync(string project, params string[] arguments)
    {
        var process = ServiceProcess.Start(project, Settings, arguments);
        _processes.Add(process);
        return process.ReadyAsync(Patience);
    }

    /// <summary>Runs a command to its end, which must be a success, and gives what it printed.</summary>
    public async Task<string> CliAsync(params string[] arguments)
    {
        await using var cli = ServiceProcess.Start("Cli", Settings, arguments);
        await Eventually.TrueAsync(() => Task.FromResult(cli.HasExited), Patience, () => $"{string.Join(' ', arguments)} does not end:\n{cli.Log}\n{Logs}");
        Assert.True(cli.ExitCode == 0, $"{cli.Log}\n{Logs}");
        return cli.Log;
    }

    public Task<OpenedBatch> SubmitAsync(IReadOnlyList<IntakeDocument> documents) =>
        Backlog.LoadAsync(DataSource, Submission(documents), documents);

    public BatchSubmission Submission(IReadOnlyList<IntakeDocument> documents) => new(
        "default", null, "tests", SHA256.HashData(Encoding.UTF8.GetBytes($"{documents[0].Text} {documents.Count}")), _embedderId, [_summarizerId]);

    /// <summary>Waits until every invariant holds and checks that no message ended as a bug.</summary>
    public async Task AssertHealedAsync()
    {
        IReadOnlyList<string> violations = [];
        await UntilAsync(
            async () => (violations = await LedgerInvariants.ViolationsAsync(DataSource, Token)).Count == 0, () => string.Join("; ", violations));
        foreach (var queue in QueueNames.All)
        {
            Assert.True(await _broker.WaitingAsync(queue + "_error") is null or 0, $"{queue}_error is not empty.\n{Logs}");
            Assert.True(await _broker.WaitingAsync(queue + "_skipped") is null or 0, $"{queue}_skipped is not empty.\n{Logs}");
        }
    }

    /// <summary>Waits until this holds in the database.</summary>
    public Task UntilAsync(string condition) => UntilAsync(() => DataSource.ScalarAsync<bool>("select " + condition), () => condition);

    /// <summary>Waits until this is so; a failure shows the open work and the end of every log.</summary>
    public async Task UntilAsync(Func<Task<bool>> ask, Func<string> describe)
    {
        var open = "";
        await Eventually.TrueAsync(
            async () =>
            {
                var over = await ask();
                open = over ? "" : await OpenWorkAsync();
                return over;
            },
            Patience, () => $"{describe()}\n{open}\n{_broker.DescribeAsync(QueueNames.All).GetAwaiter().GetResult()}\n{Logs}");
    }

    private Task<string> OpenWorkAsync() => DataSource.ScalarAsync<string>("""
        select concat_ws(E'\n',
            (select string_agg(concat_ws(' ', 'chunk', id, queue, size, 'sent', dispatched_at, 'begun', begun_at, 'lease', lease_until), E'\n')
             from pipeline.chunks),
            (select string_agg(concat_ws(' ', 'items', recipe_id, state, 'attempts', attempts, 'chunk', chunk_id, 'count', n), E'\n')
             from (select recipe_id, state, attempts, chunk_id, count(*) as n from pipeline.work_items group by 1, 2, 3, 4) w))
        """);

    /// <summary>Waits until a worker has just begun a chunk of slow texts in this step.</summary>
    public Task UntilMidChunkAsync(string stage) => UntilAsync($"""
        exists (
            select from pipeline.chunks c
            join pipeline.recipes r on r.id = c.recipe_id and r.stage = '{stage}'
            join pipeline.work_items w on w.chunk_id = c.id and w.state = 'running'
            join pipeline.texts t on t.id = w.text_id and t.body like '%[[slow%'
            where c.begun_at > now() - interval '0.3 seconds')
        """);

    /// <summary>Waits until this many summaries are stored.</summary>
    public Task UntilSummarizedAsync(int count) => UntilAsync($"(select count(*) from pipeline.summaries) >= {count}");

    /// <summary>Work items by state and number of attempts: "done/1 30, done/2 2".</summary>
    public Task<string> AttemptsAsync(string stage) => DataSource.ScalarAsync<string>("""
        select string_agg(kind || ' ' || n, ', ' order by kind)
        from (select w.state || '/' || w.attempts as kind, count(*) as n
              from pipeline.work_items w join pipeline.recipes r on r.id = w.recipe_id where r.stage = $1 group by 1) s
        """, stage);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        await _database.DisposeAsync();
    }

    private async Task<int> RecipeAsync(RecipeStage stage, string name)
    {
        var recipe = BuiltInRecipes.Find(name, stage);
        var row = await new RecipeRegistry(DataSource).EnsureAsync(
            new RecipeRow
            {
                Name = recipe.Name,
                Stage = stage == RecipeStage.Embed ? "embed" : "summarize",
                Engine = recipe.Engine,
                Definition = recipe.CanonicalJson,
                Sha256 = Convert.FromHexString(recipe.Sha256),
                Dimensions = recipe.Dimensions,
                SecondsPerText = (float)recipe.SecondsPerText,
            },
            Token);
        return row.Id;
    }

    private static string Tail(string log) => log.Length < 6000 ? log : log[^6000..];
}
