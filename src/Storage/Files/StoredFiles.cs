using System.Security.Cryptography;
using Npgsql;
using NpgsqlTypes;

namespace Pipeline.Storage.Files;

/// <summary>Files in the database: every replica of a service sees them, and a backup has them.</summary>
public sealed class StoredFiles(NpgsqlDataSource dataSource)
{
    /// <summary>Purpose of an upload.</summary>
    public const string Input = "batch";

    /// <summary>Purpose of what a batch writes.</summary>
    public const string Output = "batch_output";

    private const string Columns = "id, number, tenant, name, purpose, bytes, created_at";

    /// <summary>Begins a file. Nobody sees it before it is complete; one that never is, is removed after a day.</summary>
    public async Task<StoredFileWriter> CreateAsync(string tenant, string name, string purpose, CancellationToken cancellationToken)
    {
        var id = "file-" + RandomNumberGenerator.GetHexString(24, lowercase: true);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("delete from pipeline.files where not complete and created_at < now() - interval '1 day'"),
                new("insert into pipeline.files (id, tenant, name, purpose) values ($1, $2, $3, $4)")
                {
                    Parameters = { new() { Value = id }, new() { Value = tenant }, new() { Value = name }, new() { Value = purpose } },
                },
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
        return new StoredFileWriter(dataSource, id);
    }

    /// <summary>A complete file of the tenant, or null.</summary>
    public async Task<StoredFile?> FindAsync(string tenant, string id, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"select {Columns} from pipeline.files where tenant = $1 and id = $2 and complete");
        command.Parameters.Add(new() { Value = tenant });
        command.Parameters.Add(new() { Value = id });
        return await ReadAsync(command, cancellationToken) is [var file] ? file : null;
    }

    /// <summary>Complete files of the tenant, newest first unless <paramref name="ascending"/>.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="purpose">Only this purpose, or null for all.</param>
    /// <param name="after">Number of the last file that is known already, or null.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="ascending">Oldest first.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<StoredFile>> ListAsync(
        string tenant, string? purpose, long? after, int limit, bool ascending, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"""
            select {Columns} from pipeline.files
            where tenant = $1 and complete and ($2::text is null or purpose = $2) and ($3::bigint is null or number {(ascending ? ">" : "<")} $3)
            order by number {(ascending ? "" : "desc")} limit $4
            """);
        command.Parameters.Add(new() { Value = tenant });
        command.Parameters.Add(new() { Value = (object?)purpose ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = (object?)after ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        command.Parameters.Add(new() { Value = limit });
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary>Removes a file of the tenant.</summary>
    /// <returns>False when there was none.</returns>
    public async Task<bool> DeleteAsync(string tenant, string id, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("delete from pipeline.files where tenant = $1 and id = $2 and complete");
        command.Parameters.Add(new() { Value = tenant });
        command.Parameters.Add(new() { Value = id });
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    /// <summary>One part of a file's content, from 0; null behind the last.</summary>
    public async Task<byte[]?> PartAsync(string id, int part, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("select content from pipeline.file_parts where file_id = $1 and part = $2");
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = part });
        return (byte[]?)await command.ExecuteScalarAsync(cancellationToken);
    }

    private static async Task<List<StoredFile>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var files = new List<StoredFile>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            files.Add(new StoredFile(
                reader.GetString(0), reader.GetInt64(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetInt64(5),
                reader.GetFieldValue<DateTimeOffset>(6)));
        }

        return files;
    }
}
