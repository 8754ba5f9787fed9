using Npgsql;

namespace Pipeline.Storage;

/// <summary>Opens the product's database.</summary>
public static class PipelineDataSource
{
    // Services look rows up by key, a few dozen at a time, in tables that grow from empty to millions faster than autovacuum can
    // analyse them. A planner that still believes in the empty table hashes or scans all of it (measured: a statement of 30 ms took
    // 650 ms), so the services leave it only the plans that suit them. Reports keep the planner's freedom.
    private const string LookupsOnly = "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off";

    /// <summary>A data source for a service: see <see cref="Create"/>, with plans for look-ups by key only.</summary>
    public static NpgsqlDataSource CreateForService(string connectionString, string applicationName)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        settings.Options = $"{settings.Options} {LookupsOnly}".Trim();
        return Create(settings.ConnectionString, applicationName);
    }

    /// <summary>
    /// A data source for reports: see <see cref="Create"/>, without a time limit. A report over millions of rows takes as long as it takes;
    /// keep-alive notices a dead server.
    /// </summary>
    public static NpgsqlDataSource CreateForReports(string connectionString, string applicationName) =>
        Create(new NpgsqlConnectionStringBuilder(connectionString) { CommandTimeout = 0 }.ConnectionString, applicationName);

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
