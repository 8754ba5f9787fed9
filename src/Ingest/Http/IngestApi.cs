using System.Text.RegularExpressions;
using Npgsql;
using Pipeline.Ingest.OpenAi;
using Pipeline.Ingest.Sources;
using Pipeline.ServiceDefaults;
using Pipeline.ServiceDefaults.Http;
using Pipeline.Storage;
using Pipeline.Storage.Access;
using Pipeline.Storage.Files;
using Pipeline.Storage.Intake;
using Pipeline.Storage.OpenAi;
using Pipeline.Storage.Reports;

namespace Pipeline.Ingest.Http;

/// <summary>The writing half of the HTTP API.</summary>
internal static partial class IngestApi
{
    /// <summary>Key of the data source whose plans are the planner's own: counting a batch reads all of it.</summary>
    internal const string Reports = "reports";

    /// <summary>Adds what the endpoints need.</summary>
    public static IServiceCollection AddIngestApi(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptionsWithValidateOnStart<ApiOptions, ApiOptionsValidator>().Bind(configuration.GetSection(ApiOptions.SectionName));
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<IdempotentRequests>();
        services.AddSingleton<Idempotency>();
        services.AddSingleton<BatchIntake>();
        services.AddSingleton<RecipeRegistry>();
        services.AddSingleton<RecipeChoice>();
        services.AddKeyedSingleton(Reports, (_, _) => PipelineDataSource.CreateForReports(PipelineHost.Settings(configuration).Postgres, "pipeline-ingest-api"));
        services.AddSingleton(provider => new BatchReports(provider.GetRequiredKeyedService<NpgsqlDataSource>(Reports)));
        services.AddSingleton(provider => new TenantBatches(provider.GetRequiredKeyedService<NpgsqlDataSource>(Reports)));
        services.AddSingleton<ResultWindows>();
        services.AddSingleton<UploadGate>();
        services.AddSingleton<HttpSubmitter>();
        services.AddSingleton<StoredFiles>();
        services.AddSingleton<OpenAiBatches>();
        services.AddSingleton<OpenAiOutput>();
        services.AddSingleton<OpenAiBatchSteps>();
        services.AddHostedService<OpenAiBatchRunner>();
        return services.AddPipelineApi(
            "Pipeline: submit",
            async (provider, sha256, token) => await provider.GetRequiredService<ApiKeys>().FindAsync(sha256, token) is { } key
                ? new ApiCaller(key.Name, key.Tenant, key.Role)
                : null,
            Translate);
    }

    /// <summary>Maps the endpoints.</summary>
    public static void UseIngestApi(this WebApplication app)
    {
        app.UsePipelineApi();
        app.MapApi("/api").MapBatches();
        // Clients of OpenAI's API send parameters of their own; what is unknown here is ignored there too.
        var openAi = app.MapGroup("/v1");
        openAi.MapFiles();
        openAi.MapOpenAiBatches();
    }

    private static ApiException? Translate(Exception exception) => exception switch
    {
        SourceException source => new ApiException(
            StatusCodes.Status400BadRequest, "unreadable-input", Parameter().Replace(source.Message, match => match.Groups[1].Value.Replace('-', '_')),
            "Correct the content or the query parameters and send it again; nothing of it was accepted.", source),
        PipelineStorageException storage => new ApiException(
            StatusCodes.Status409Conflict, "conflict", Parameter().Replace(storage.Message, match => match.Groups[1].Value.Replace('-', '_')),
            "Put right what the detail says and send the request again.", storage),
        OutageException => ApiProblem.DatabaseAway(exception),
        NpgsqlException or InvalidOperationException when TransientFault.Is(exception) => ApiProblem.DatabaseAway(exception),
        _ => null,
    };

    // Messages name the options of the command line; the query parameters are the same words.
    [GeneratedRegex("--([a-z]+(?:-[a-z]+)*)")]
    private static partial Regex Parameter();
}
