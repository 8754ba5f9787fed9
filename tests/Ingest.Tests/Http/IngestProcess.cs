using System.Security.Cryptography;
using System.Text;
using Pipeline.Contracts;
using Pipeline.ServiceDefaults;
using Pipeline.Storage;
using Pipeline.Storage.Rows;
using Pipeline.Testing;

namespace Pipeline.Ingest.Tests.Http;

/// <summary>The real service on a database and a broker of its own, with three recipes. One for all tests of the API: starting it takes seconds.</summary>
[CollectionDefinition(Name)]
public sealed class IngestProcess : IAsyncLifetime, ICollectionFixture<IngestProcess>
{
    public const string Name = "ingest over HTTP";
    public const int MaxUploadBytes = 1024 * 1024;
    public const int MaxJsonBytes = 64 * 1024;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly BrokerFixture _broker = new();
    private ServiceProcess? _service;

    public DatabaseFixture Database { get; } = new();

    public ServiceProcess Service => _service ?? throw new InvalidOperationException(TestServers.RabbitMq + TestServers.Postgres);

    public async ValueTask InitializeAsync()
    {
        await Database.InitializeAsync();
        await _broker.InitializeAsync();
        if (!TestServers.HasPostgres || !TestServers.HasRabbitMq)
        {
            return;
        }

        foreach (var (name, stage) in (ValueTuple<string, string>[])[("hashing", "embed"), ("extractive", "summarize"), ("lead", "summarize")])
        {
            await new RecipeRegistry(Database.DataSource).EnsureAsync(
                new RecipeRow
                {
                    Name = name,
                    Stage = stage,
                    Engine = "fake",
                    Definition = "{}",
                    Sha256 = SHA256.HashData(Encoding.UTF8.GetBytes(name)),
                    Dimensions = stage == "embed" ? 2 : null,
                    SecondsPerText = 1,
                },
                CancellationToken.None);
        }

        await using (var topology = new QueueTopology(new Uri(_broker.Address)))
        {
            foreach (var queue in QueueNames.All)
            {
                await topology.DeclareAsync(queue, CancellationToken.None);
            }
        }

        _service = await ServiceProcess.Start("Ingest", new Dictionary<string, string>
        {
            ["PIPELINE__POSTGRES"] = Database.ConnectionString,
            ["PIPELINE__RABBITMQ"] = _broker.Address,
            ["PIPELINE__API__MAXUPLOADBYTES"] = $"{MaxUploadBytes}",
            ["PIPELINE__API__MAXJSONBYTES"] = $"{MaxJsonBytes}",
        }).ReadyAsync(s_patience);
    }

    public Task<ApiClient> ClientAsync(string role, string tenant = "default") => ApiClient.CreateAsync(Service, Database, role, tenant);

    public async ValueTask DisposeAsync()
    {
        if (_service is not null)
        {
            await _service.DisposeAsync();
        }

        await _broker.DisposeAsync();
        await Database.DisposeAsync();
    }
}
