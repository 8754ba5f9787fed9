using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Pipeline.ServiceDefaults;

/// <summary>What every service of ours does at its start and end.</summary>
public static class PipelineHost
{
    private const string CheckSettings = "--check-settings";

    /// <summary>
    /// A builder that reads <c>appsettings.json</c> of the working folder and the environment, logs one line per event with the time
    /// in UTC, listens on loopback unless told otherwise and has two minutes to stop.
    /// </summary>
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        if (builder.Configuration["urls"] is null && builder.Configuration["http_ports"] is null)
        {
            builder.WebHost.UseUrls("http://127.0.0.1:0");
        }

        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);
        builder.Logging.AddFilter("System", LogLevel.Warning);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddOptionsWithValidateOnStart<PipelineSettings, PipelineSettingsValidator>()
            .Bind(builder.Configuration.GetSection(PipelineSettings.SectionName));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMinutes(2));
        return builder;
    }

    /// <summary>The settings as they are configured now, validated.</summary>
    /// <exception cref="OptionsValidationException">A setting is missing; the message says which and what to do.</exception>
    public static PipelineSettings Settings(IConfiguration configuration)
    {
        var settings = configuration.GetSection(PipelineSettings.SectionName).Get<PipelineSettings>() ?? new PipelineSettings();
        var result = new PipelineSettingsValidator().Validate(null, settings);
        return result.Failed
            ? throw new OptionsValidationException(PipelineSettings.SectionName, typeof(PipelineSettings), result.Failures)
            : settings.Postgres.Contains("://", StringComparison.Ordinal)
                // Neither the value nor the driver's complaint is repeated: both would show the password.
                ? throw new MisconfigurationException(
                    "Pipeline:Postgres is an address (postgresql://...); a connection string is needed, such as "
                    + "'Host=db;Port=5432;Database=pipeline;Username=pipeline;Password=...'.")
                : settings;
    }

    /// <summary>The service, its settings checked: the host does so later, piece by piece, and with stack traces.</summary>
    public static WebApplication Build(WebApplicationBuilder builder)
    {
        var app = builder.Build();
        app.Services.GetRequiredService<IStartupValidator>().Validate();
        return app;
    }

    /// <summary>
    /// Adds <c>/health/live</c> (the process answers) and <c>/health/ready</c> (database and broker answer too). Liveness does not
    /// look at the servers, or an outage would restart every worker.
    /// </summary>
    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { ResponseWriter = WriteAsync }).AllowAnonymous();
    }

    /// <summary>Adds a readiness check that asks the database.</summary>
    public static void AddDatabaseHealth(this IServiceCollection services, Func<IServiceProvider, CancellationToken, Task> ask) =>
        services.AddHealthChecks().Add(new HealthCheckRegistration(
            "postgres", provider => new DatabaseHealthCheck(token => ask(provider, token)), HealthStatus.Unhealthy, tags: null, TimeSpan.FromSeconds(5)));

    /// <summary>
    /// Builds and runs a service. A setting that is wrong ends the process with a sentence instead of a stack trace. With
    /// <c>--check-settings</c> that is all it looks for: nothing is asked of a server.
    /// </summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(Func<WebApplication> build)
    {
        try
        {
            await using var app = build();
            if (Environment.GetCommandLineArgs().Contains(CheckSettings))
            {
                return ExitCodes.Success;
            }

            await app.RunAsync();
            return Environment.ExitCode;
        }
        catch (Exception exception) when (SettingErrors.Describe(exception) is { } sentences)
        {
            await Console.Error.WriteLineAsync(sentences);
            return ExitCodes.Misconfigured;
        }
    }

    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(string.Join('\n', report.Entries
            .Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Key}: {entry.Value.Status} {entry.Value.Description}"))
            .Prepend(report.Status.ToString())));
    }

    private sealed class DatabaseHealthCheck(Func<CancellationToken, Task> ask) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                await ask(cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // The type only: a driver's message can name hosts and users, and this page is open to anyone who can reach it.
                return new HealthCheckResult(context.Registration.FailureStatus, exception.GetType().Name);
            }
        }
    }
}
