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
        var settings = Parse(connectionString);
        settings.Options = $"{settings.Options} {LookupsOnly}".Trim();
        return Create(settings.ConnectionString, applicationName);
    }

    /// <summary>
    /// A data source for reports: see <see cref="Create"/>, without a time limit. A report over millions of rows takes as long as it takes;
    /// keep-alive notices a dead server.
    /// </summary>
    public static NpgsqlDataSource CreateForReports(string connectionString, string applicationName)
    {
        var settings = Parse(connectionString);
        settings.CommandTimeout = 0;
        return Create(settings.ConnectionString, applicationName);
    }

    /// <summary>Reads the setting <c>Pipeline:Postgres</c>.</summary>
    /// <exception cref="PipelineStorageException">It is no connection string. Neither it nor the driver's complaint is repeated: both may show the password.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string connectionString)
    {
        try
        {
            return new(connectionString);
        }
        catch (ArgumentException)
        {
            throw new PipelineStorageException(
                "Pipeline:Postgres (PIPELINE__POSTGRES) is no connection string of the form 'Host=db;Port=5432;Database=pipeline;Username=pipeline;Password=...', or "
                + "names a setting that the driver does not know.");
        }
    }

    /// <summary>
    /// Builds the data source: vectors mapped, a pool small enough for several services on one server, keep-alive so that a dead
    /// server is noticed, and no parameter values in errors (they would be ticket text).
    /// </summary>
    public static NpgsqlDataSource Create(string connectionString, string applicationName)
    {
        var settings = Parse(connectionString);
        settings.ApplicationName = applicationName;
        settings.IncludeErrorDetail = false;
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
