using MassTransit;
using Microsoft.Extensions.Options;
using Npgsql;
using Pipeline.Contracts;
using Pipeline.SummarizeWorker;
using Pipeline.Inference;
using Pipeline.Inference.Recipes;
using Pipeline.ServiceDefaults;
using Pipeline.Storage;
using Pipeline.Storage.Evaluations;
using Pipeline.Storage.Ledger;
using Pipeline.Storage.Reports;
using Pipeline.Storage.Results;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Wires the worker that summarises texts.</summary>
public static class SummarizeWorkerServiceCollectionExtensions
{
    /// <summary>
    /// Adds options, storage, engines and the consumers of <see cref="QueueNames.SummarizeTexts"/>, <see cref="QueueNames.GenerateSamples"/> and
    /// <see cref="QueueNames.SummarizeRequests"/>.
    /// </summary>
    public static IServiceCollection AddSummarizeWorker(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptionsWithValidateOnStart<SummarizeWorkerOptions, SummarizeWorkerOptionsValidator>()
            .Bind(configuration.GetSection(SummarizeWorkerOptions.SectionName));
        services.AddSingleton(_ => PipelineDataSource.CreateForService(PipelineHost.Settings(configuration).Postgres, "pipeline-summarizeworker"));
        services.AddDatabaseHealth(async (provider, token) =>
        {
            await using var command = provider.GetRequiredService<NpgsqlDataSource>().CreateCommand("select 1");
            await command.ExecuteScalarAsync(token);
        });
        services.AddSingleton<WorkLedger>();
        services.AddSingleton<RecipeRegistry>();
        services.AddSingleton<WorkerRegistry>();
        services.AddSingleton<IResultWriter<SummaryRecord>, SummaryWriter>();
        services.AddInference(configuration);
        services.AddSingleton<Func<RecipeDefinition, ISummarizer>>(provider => provider.GetRequiredService<EngineFactory>().CreateSummarizer);
        services.AddSingleton<SummarizerCache>();
        // The same models; whoever waits goes first.
        services.AddKeyedSingleton(RequestPriority.Interactive, (provider, _) => new SummarizerCache(
            provider.GetRequiredService<RecipeRegistry>(),
            recipe => provider.GetRequiredService<EngineFactory>().CreateSummarizer(recipe, RequestPriority.Interactive)));
        services.AddSingleton<EngineGate>();
        services.AddSingleton<ChunkDelivery>();
        services.AddSingleton<SummarizeTextsHandler>();
        services.AddKeyedSingleton(QueueNames.GenerateSamples, (provider, _) => ActivatorUtilities.CreateInstance<SummarizeTextsHandler>(
            provider, new WorkLedger(provider.GetRequiredService<NpgsqlDataSource>(), WorkTable.Generations), new GenerationWriter()));
        services.AddSingleton(provider =>
        {
            var workers = provider.GetRequiredService<WorkerRegistry>();
            return new WorkerPulse(
                (name, settled, rate, token) => workers.BeatAsync(name, QueueNames.SummarizeTexts, settled, rate, token),
                workers.RemoveAsync,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<WorkerPulse>>());
        });
        services.AddHostedService(provider => provider.GetRequiredService<WorkerPulse>());
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<SummarizeWorkerOptions>>().Value;
            return ChunkRunnerOptions.Default with { Lease = options.Lease, TextDeadline = options.TextDeadline, MaxOutage = options.MaxOutage };
        });
        return services.AddPipelineBus(configuration, bus =>
        {
            bus.AddConsumer<SummarizeTextsConsumer, SummarizeTextsConsumerDefinition>();
            bus.AddConsumer<GenerateSamplesConsumer, GenerateSamplesConsumerDefinition>();
            bus.AddConsumer<SummarizeRequestConsumer, SummarizeRequestConsumerDefinition>();
        });
    }
}
