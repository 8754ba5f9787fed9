using Hangfire;
using Hangfire.PostgreSql;
using Microsoft.Extensions.Options;
using Npgsql;
using Pipeline.Scoring;
using Pipeline.Scoring.Alerts;
using Pipeline.Scoring.Dashboard;
using Pipeline.Scoring.Dashboard.Access;
using Pipeline.Scoring.Dashboard.Errors;
using Pipeline.Scoring.Evaluations;
using Pipeline.Scoring.Health;
using Pipeline.Scoring.Http;
using Pipeline.Scoring.Jobs;
using Pipeline.Scoring.Metrics;
using Pipeline.ServiceDefaults;
using Pipeline.ServiceDefaults.Http;
using Pipeline.Storage;
using Pipeline.Storage.Alerts;
using Pipeline.Storage.Evaluations;
using Pipeline.Storage.Scores;
using Pipeline.TextMetrics.Tokenization;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Wires the scoring service.</summary>
public static class ScoringServiceCollectionExtensions
{
    /// <summary>Adds options, storage, the Hangfire server, the dashboards and the HTTP API.</summary>
    public static IServiceCollection AddScoring(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptionsWithValidateOnStart<ScoringOptions, ScoringOptionsValidator>()
            .Bind(configuration.GetSection(ScoringOptions.SectionName))
            .Configure(options => options.OperatorPassword = options.OperatorPassword is { Length: > 0 } own
                ? own
                : configuration["Pipeline:OperatorPassword"] ?? "")
            .Validate(
                options => Tokenizers.Names.Contains(options.Tokenizer),
                $"{ScoringOptions.SectionName}:Tokenizer must be one of {string.Join(", ", Tokenizers.Names)}.")
            .Validate(
                options => options.MinCompression <= options.MaxCompression,
                $"{ScoringOptions.SectionName}:MinCompression must not be above MaxCompression.");
        services.AddSingleton(_ => PipelineDataSource.CreateForService(PipelineHost.Settings(configuration).Postgres, "pipeline-scoring"));
        services.AddDatabaseHealth(async (provider, token) =>
        {
            await using var command = provider.GetRequiredService<NpgsqlDataSource>().CreateCommand("select 1");
            await command.ExecuteScalarAsync(token);
        });
        services.AddSingleton<ScoreLedger>();
        services.AddSingleton<ScorePendingJob>();
        services.AddAlerts(configuration);
        services.AddSingleton<MetricsPage>();
        services.AddSingleton<ScheduleStore>();
        services.AddSingleton<ScheduleDesk>();
        services.AddSingleton<EvaluationReports>();
        services.AddSingleton<EvaluationStarter>();
        services.AddSingleton<ScheduleRunner>();
        services.AddSingleton<EvaluationLedger>();
        services.AddSingleton<ReevaluateJob>();
        services.AddSingleton<ScheduleRegistrar>();
        services.AddSingleton<EvaluationScoring>();
        services.AddHostedService<EvaluationService>();
        services.AddHostedService<RecurringJobs>();
        services.AddHangfire((_, hangfire) => hangfire
            .SetDataCompatibilityLevel(CompatibilityLevel.Version_180)
            .UseSimpleAssemblyNameTypeSerializer()
            .UseRecommendedSerializerSettings()
            .UsePostgreSqlStorage(
                storage => storage.UseNpgsqlConnection(PipelineHost.Settings(configuration).Postgres), HangfireStorage.Options));
        services.AddHangfireServer(server =>
        {
            // One is always with the scores; the watch over health must not wait behind the deliveries.
            server.WorkerCount = 4;
            server.SchedulePollingInterval = TimeSpan.FromSeconds(1);
        });
        // Before the API's: the first handler that takes a fault answers it.
        services.AddExceptionHandler<PageExceptionHandler>();
        services.AddDashboard(PipelineHost.Settings(configuration).Postgres);
        return services.AddScoringApi(configuration);
    }

    private static void AddAlerts(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptionsWithValidateOnStart<DegradationOptions, DegradationOptionsValidator>()
            .Bind(configuration.GetSection(DegradationOptions.SectionName))
            .Validate(
                options => options.MinSamples <= options.Window,
                $"{DegradationOptions.SectionName}:MinSamples must not be above Window.");
        services.AddOptionsWithValidateOnStart<WebhookOptions, WebhookOptionsValidator>()
            .Bind(configuration.GetSection(WebhookOptions.SectionName))
            .Validate(
                options => options.Url.Length == 0
                    || (Uri.TryCreate(options.Url, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)),
                $"{WebhookOptions.SectionName}:Url must be an address that begins with http:// or https://.");
        services.AddHttpClient(Webhook.ClientName).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            // The client lives as long as the service; an address may move.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        });
        services.AddSingleton<AlertLedger>();
        services.AddSingleton<AlertOutbox>();
        services.AddSingleton<HealthMonitor>();
        services.AddSingleton<WatchHealthJob>();
        services.AddSingleton<DeliverAlertsJob>();
    }

    /// <summary>Maps the HTTP API, the metrics and the dashboards behind authentication.</summary>
    public static WebApplication UseScoring(this WebApplication app)
    {
        app.UseSecurityHeaders();
        app.UsePageErrors();
        app.UsePipelineApi();
        app.MapScoringApi();
        app.UseDashboard();
        var metrics = app.MapGet("/metrics", async (MetricsPage page, CancellationToken token) =>
            Results.Text(await page.ReadAsync(token), MetricsPage.ContentType));
        if (app.Services.GetRequiredService<IOptions<ScoringOptions>>().Value.OpenMetrics)
        {
            metrics.AllowAnonymous();
        }
        else
        {
            metrics.RequireAuthorization(Policy.Administer);
        }
        return app;
    }
}
