using Microsoft.Extensions.Configuration;
using Npgsql;
using Pipeline.ServiceDefaults;
using Pipeline.Storage;

namespace Pipeline.Cli;

/// <summary>The installation that a command talks to: settings from <c>appsettings.json</c> and the environment.</summary>
internal sealed class Installation : IAsyncDisposable
{
    private NpgsqlDataSource? _dataSource;

    private Engines? _engines;

    /// <summary>An installation with these settings.</summary>
    public Installation(PipelineSettings settings) => Settings = settings;

    /// <summary>Where the servers are.</summary>
    public PipelineSettings Settings { get; }

    /// <summary>The database.</summary>
    public NpgsqlDataSource DataSource => _dataSource ??= PipelineDataSource.CreateForReports(Settings.Postgres, "pipeline-cli");

    /// <summary>Reads and checks the settings; opens nothing.</summary>
    public static Installation Open() => new(PipelineHost.Settings(Configuration()));

    /// <summary>Recipes and what runs them.</summary>
    public Engines Engines => _engines ??= Engines.Open();

    /// <summary>What is configured. The launcher names the folder of <c>appsettings.json</c>, so that it holds wherever a command is given.</summary>
    public static IConfigurationRoot Configuration() => new ConfigurationBuilder()
        .SetBasePath(Environment.GetEnvironmentVariable("PIPELINE_ROOT") is { Length: > 0 } root ? root : Directory.GetCurrentDirectory())
        .AddJsonFile("appsettings.json", optional: true)
        .AddEnvironmentVariables()
        .Build();

    /// <summary>The broker's address.</summary>
    public Uri Broker => BrokerAddress.Parse(Settings.RabbitMq);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _engines?.Dispose();
        if (_dataSource is not null)
        {
            await _dataSource.DisposeAsync();
        }
    }
}
