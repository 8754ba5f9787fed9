using Npgsql;
using Pipeline.Ingest.Dispatch;
using Pipeline.Ingest.Http;
using Pipeline.ServiceDefaults;
using Pipeline.Storage;
using Pipeline.Storage.Ledger;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Wires the ingest service.</summary>
public static class IngestServiceCollectionExtensions
{
    /// <summary>Adds options, storage, the bus, the dispatcher and the HTTP API.</summary>
    public static IServiceCollection AddIngest(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptionsWithValidateOnStart<DispatcherOptions, DispatcherOptionsValidator>()
            .Bind(configuration.GetSection(DispatcherOptions.SectionName));
        services.AddSingleton(_ => PipelineDataSource.CreateForService(PipelineHost.Settings(configuration).Postgres, "pipeline-ingest"));
        services.AddDatabaseHealth(async (provider, token) =>
        {
            await using var command = provider.GetRequiredService<NpgsqlDataSource>().CreateCommand("select 1");
            await command.ExecuteScalarAsync(token);
        });
        services.AddSingleton(_ => new QueueTopology(BrokerAddress.Parse(PipelineHost.Settings(configuration).RabbitMq)));
        services.AddSingleton<DispatchLedger>();
        services.AddSingleton<ChunkSender>();
        services.AddSingleton<DispatcherHealth>();
        services.AddHealthChecks().AddCheck<DispatcherHealth>("dispatcher");
        services.AddPipelineBus(configuration);
        services.AddIngestApi(configuration);
        return services.AddHostedService<Dispatcher>();
    }
}
