using MassTransit;
using Microsoft.Extensions.Options;
using Npgsql;
using Pipeline.Contracts;
using Pipeline.EmbedWorker;
using Pipeline.Inference;
using Pipeline.Inference.Recipes;
using Pipeline.ServiceDefaults;
using Pipeline.Storage;
using Pipeline.Storage.Ledger;
using Pipeline.Storage.Reports;
using Pipeline.Storage.Results;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Wires the worker that embeds texts.</summary>
public static class EmbedWorkerServiceCollectionExtensions
{
    /// <summary>Adds options, storage, engines and the consumers of <see cref="QueueNames.EmbedTexts"/> and of the requests.</summary>
    public static IServiceCollection AddEmbedWorker(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptionsWithValidateOnStart<EmbedWorkerOptions, EmbedWorkerOptionsValidator>()
            .Bind(configuration.GetSection(EmbedWorkerOptions.SectionName));
        services.AddSingleton(_ => PipelineDataSource.CreateForService(PipelineHost.Settings(configuration).Postgres, "pipeline-embedworker"));
        services.AddDatabaseHealth(async (provider, token) =>
        {
            await using var command = provider.GetRequiredService<NpgsqlDataSource>().CreateCommand("select 1");
            await command.ExecuteScalarAsync(token);
        });
        services.AddSingleton<WorkLedger>();
        services.AddSingleton<RecipeRegistry>();
        services.AddSingleton<WorkerRegistry>();
        services.AddSingleton<IResultWriter<float[]>, EmbeddingWriter>();
        services.AddInference(configuration);
        services.AddSingleton<Func<RecipeDefinition, IEmbedder>>(provider => provider.GetRequiredService<EngineFactory>().CreateEmbedder);
        services.AddSingleton<EmbedderCache>();
        // The same models; whoever waits goes first.
        services.AddKeyedSingleton(RequestPriority.Interactive, (provider, _) => new EmbedderCache(
            provider.GetRequiredService<RecipeRegistry>(),
            recipe => provider.GetRequiredService<EngineFactory>().CreateEmbedder(recipe, RequestPriority.Interactive)));
        services.AddSingleton<EmbedTextsHandler>();
        services.AddSingleton(provider =>
        {
            var workers = provider.GetRequiredService<WorkerRegistry>();
            return new WorkerPulse(
                (name, settled, rate, token) => workers.BeatAsync(name, QueueNames.EmbedTexts, settled, rate, token),
                workers.RemoveAsync,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<WorkerPulse>>());
        });
        services.AddHostedService(provider => provider.GetRequiredService<WorkerPulse>());
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<EmbedWorkerOptions>>().Value;
            return ChunkRunnerOptions.Default with { Lease = options.Lease, TextDeadline = options.TextDeadline, MaxOutage = options.MaxOutage };
        });
        return services.AddPipelineBus(configuration, bus =>
        {
            bus.AddConsumer<EmbedTextsConsumer, EmbedTextsConsumerDefinition>();
            bus.AddConsumer<EmbedRequestConsumer, EmbedRequestConsumerDefinition>();
            bus.AddConsumer<ClassifyRequestConsumer, ClassifyRequestConsumerDefinition>();
        });
    }
}
