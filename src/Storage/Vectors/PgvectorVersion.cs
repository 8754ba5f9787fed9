using Npgsql;

namespace Pipeline.Storage.Vectors;

/// <summary>What the installed pgvector can be trusted with.</summary>
public sealed record PgvectorVersion(Version Installed)
{
    private static readonly Version s_sound = new(0, 8, 4);

    /// <summary>
    /// True from 0.8.4: before, parallel builds of HNSW indexes overflow a buffer (CVE-2026-3172, up to 0.8.1), and vacuum may damage
    /// such an index when it removes rows that are in it.
    /// </summary>
    public bool IsSound => Installed >= s_sound;

    /// <summary>Asks the database.</summary>
    public static async Task<PgvectorVersion> ReadAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("select extversion from pg_extension where extname = 'vector'");
        return new PgvectorVersion(Version.Parse((string)(await command.ExecuteScalarAsync(cancellationToken))!));
    }
}
