using Npgsql;
using Pipeline.Scoring.Comparison;
using Pipeline.Scoring.Evaluations;
using Pipeline.ServiceDefaults;
using Pipeline.ServiceDefaults.Http;
using Pipeline.Storage;
using Pipeline.Storage.Access;
using Pipeline.Storage.Reports;

namespace Pipeline.Scoring.Http;

/// <summary>The reading half of the HTTP API.</summary>
internal static class ScoringApi
{
    /// <summary>Key of the data source whose plans are the planner's own: counting a batch reads all of it.</summary>
    internal const string Reports = "reports";

    /// <summary>Adds what the endpoints need.</summary>
    public static IServiceCollection AddScoringApi(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<RecipeRegistry>();
        services.AddKeyedSingleton(Reports, (_, _) => PipelineDataSource.CreateForReports(PipelineHost.Settings(configuration).Postgres, "pipeline-scoring-api"));
        services.AddSingleton(provider => new BatchReports(provider.GetRequiredKeyedService<NpgsqlDataSource>(Reports)));
        services.AddSingleton(provider => new TenantBatches(provider.GetRequiredKeyedService<NpgsqlDataSource>(Reports)));
        services.AddSingleton<ResultWindows>();
        services.AddSingleton<WorkerRegistry>();
        return services.AddPipelineApi(
            "Pipeline: results and scores",
            async (provider, sha256, token) => await provider.GetRequiredService<ApiKeys>().FindAsync(sha256, token) is { } key
                ? new ApiCaller(key.Name, key.Tenant, key.Role)
                : null,
            Translate);
    }

    /// <summary>Maps the endpoints.</summary>
    public static void MapScoringApi(this WebApplication app)
    {
        var api = app.MapApi("/api");
        api.MapBatchReads();
        api.MapResultReads();
        api.MapAlerts();
        api.MapSchedules();
        api.MapCompare();
        api.MapInstallationReads();
    }

    private static ApiException? Translate(Exception exception) => exception switch
    {
        ComparisonException comparison => new ApiException(
            StatusCodes.Status400BadRequest, "bad-comparison", comparison.Message, "Put right what the detail says and send the request again.", comparison),
        ScheduleException schedule => new ApiException(
            StatusCodes.Status400BadRequest, "bad-schedule", schedule.Message, "Put right what the detail says and send the request again.", schedule),
        PipelineStorageException storage => new ApiException(
            StatusCodes.Status409Conflict, "conflict", storage.Message, "Put right what the detail says and send the request again.", storage),
        NpgsqlException or InvalidOperationException when TransientFault.Is(exception) => ApiProblem.DatabaseAway(exception),
        _ => null,
    };
}
