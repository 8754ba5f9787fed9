using Npgsql;

namespace Pipeline.Storage;

/// <summary>Opens the product's database.</summary>
public static class PipelineDataSource
{
    /// <summary>
    /// Builds the data source: vectors mapped, a pool small enough for several services on one server, keep-alive so that a dead
    /// server is noticed, and no parameter values in errors (they would be ticket text).
    /// </summary>
    public static NpgsqlDataSource Create(string connectionString, string applicationName)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = applicationName,
            IncludeErrorDetail = false,
        };
        if (!connectionString.Contains("Pool Size", StringComparison.OrdinalIgnoreCase))
        {
            settings.MaxPoolSize = 16;
        }

        if (!connectionString.Contains("Keepalive", StringComparison.OrdinalIgnoreCase))
        {
            settings.KeepAlive = 15;
        }

        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        builder.UseVector();
        return builder.Build();
    }
}
