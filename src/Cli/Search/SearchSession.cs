using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Scoring.Requests;
using Pipeline.Scoring.Search;
using Pipeline.ServiceDefaults;
using Pipeline.ServiceDefaults.Http;
using Pipeline.Storage;
using Pipeline.Storage.Reports;
using Pipeline.Storage.Search;

namespace Pipeline.Cli.Search;

/// <summary>The search of the scoring service in this process, with a connection to the broker of its own: models stay in the workers.</summary>
internal sealed class SearchSession : IAsyncDisposable
{
    private static readonly TimeSpan s_connectPatience = TimeSpan.FromSeconds(10);
    private readonly ServiceProvider _services;
    private readonly IBusControl _bus;

    private SearchSession(ServiceProvider services) => (_services, _bus) = (services, services.GetRequiredService<IBusControl>());

    public SemanticSearch Search => _services.GetRequiredService<SemanticSearch>();

    public QuestionAnswerer Answerer => _services.GetRequiredService<QuestionAnswerer>();

    /// <summary>Connects.</summary>
    /// <exception cref="MisconfigurationException">The broker does not answer.</exception>
    public static async Task<SearchSession> OpenAsync(Installation installation, CancellationToken cancellationToken)
    {
        var configuration = Installation.Configuration();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(installation.DataSource);
        services.AddSingleton<RecipeRegistry>();
        services.AddPipelineBus(configuration, isVital: false);
        services.AddModelLane(configuration);
        services.AddSemanticSearch(configuration);
        var session = new SearchSession(services.BuildServiceProvider());
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_connectPatience);
        try
        {
            await session._bus.StartAsync(patience.Token);
            return session;
        }
        catch (Exception exception) when (exception is OperationCanceledException or RabbitMqConnectionException && !cancellationToken.IsCancellationRequested)
        {
            await session._services.DisposeAsync();
            throw new MisconfigurationException(
                Say(
                    $"RabbitMQ does not answer at {installation.Broker.Host}:{installation.Broker.Port}. Start the private servers with './pipeline up', or correct PIPELINE__RABBITMQ.",
                    $"{installation.Broker.Host}:{installation.Broker.Port} 上的 RabbitMQ 没有响应。请用 './pipeline up' 启动私有服务器，或改正 PIPELINE__RABBITMQ。"),
                exception);
        }
    }

    /// <summary>The request that the options of a command make.</summary>
    /// <exception cref="ApiException">The query is empty or too long.</exception>
    /// <exception cref="PipelineStorageException">There is no such batch.</exception>
    public async Task<SearchRequest> RequestAsync(Installation installation, SearchChoice choice, CancellationToken cancellationToken)
    {
        var query = _services.GetRequiredService<ModelLane>().CheckQuery(choice.Query);
        var batch = choice.Batch is null
            ? null
            : await new TenantBatches(installation.DataSource).FindAsync(choice.Tenant, choice.Batch, cancellationToken)
                ?? throw new PipelineStorageException(
                    $"Tenant '{choice.Tenant}' has no batch '{choice.Batch}'; './pipeline batch list' shows those that there are.")
                {
                    Chinese = $"租户 '{choice.Tenant}' 没有批次 '{choice.Batch}'；'./pipeline batch list' 可查看已有的批次。",
                };
        return new SearchRequest(query, new SearchScope(choice.Tenant, batch?.Id, choice.Source, choice.From, choice.To, choice.Category), choice.Limit)
        {
            Embedder = choice.Embedder, MinSimilarity = choice.MinSimilarity, FilterTopics = !choice.KeepsOffTopic,
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _bus.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
    }
}
