using Hangfire;
using Hangfire.PostgreSql;
using Npgsql;
using Pipeline.Scoring;
using Pipeline.Scoring.Dashboard;
using Pipeline.Scoring.Jobs;
using Pipeline.ServiceDefaults;
using Pipeline.Storage;
using Pipeline.Storage.Scores;
using Pipeline.TextMetrics.Tokenization;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Wires the scoring service.</summary>
public static class ScoringServiceCollectionExtensions
{
    private const string ScorePending = "score-pending";

    /// <summary>Adds options, storage, the Hangfire server and the dashboard.</summary>
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
        services.AddHangfire((_, hangfire) => hangfire
            .SetDataCompatibilityLevel(CompatibilityLevel.Version_180)
            .UseSimpleAssemblyNameTypeSerializer()
            .UseRecommendedSerializerSettings()
            .UsePostgreSqlStorage(
                storage => storage.UseNpgsqlConnection(PipelineHost.Settings(configuration).Postgres), HangfireStorage.Options));
        services.AddHangfireServer(server =>
        {
            server.WorkerCount = 2;
            server.SchedulePollingInterval = TimeSpan.FromSeconds(1);
        });
        services.AddDashboard(PipelineHost.Settings(configuration).Postgres);
        return services;
    }

    /// <summary>Maps the dashboard behind its log-in and schedules the scoring.</summary>
    public static WebApplication UseScoring(this WebApplication app)
    {
        app.UseDashboard();
        var schedule = app.Services.GetRequiredService<IRecurringJobManager>();
        schedule.AddOrUpdate<ScorePendingJob>(ScorePending, job => job.RunAsync(CancellationToken.None), Cron.Minutely());
        schedule.Trigger(ScorePending);
        return app;
    }
}
