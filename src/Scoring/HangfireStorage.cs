using Hangfire.PostgreSql;
using Npgsql;

namespace Pipeline.Scoring;

/// <summary>Hangfire's tables in the product's database.</summary>
public static class HangfireStorage
{
    private const string Schema = "hangfire";

    /// <summary>
    /// Sliding invisibility: a job that runs keeps its claim, one whose server died is taken up again after five minutes. Without it a
    /// job longer than the timeout would be started twice.
    /// </summary>
    public static PostgreSqlStorageOptions Options => new()
    {
        SchemaName = Schema,
        PrepareSchemaIfNecessary = false,
        UseSlidingInvisibilityTimeout = true,
        InvisibilityTimeout = TimeSpan.FromMinutes(5),
        QueuePollInterval = TimeSpan.FromSeconds(1),
        // Hangfire's locks are rows, held for moments. One that a crash left behind would stop every job for the ten minutes of the default.
        DistributedLockTimeout = TimeSpan.FromMinutes(1),
    };

    /// <summary>Creates or updates Hangfire's tables. Part of the <c>migrate</c> command.</summary>
    public static void Migrate(string connectionString)
    {
        using var connection = new NpgsqlConnection(connectionString);
        connection.Open();
        PostgreSqlObjectsInstaller.Install(connection, Schema);
    }
}
