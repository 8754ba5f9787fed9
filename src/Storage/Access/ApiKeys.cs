using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Pipeline.Storage.Access;

/// <summary>API keys: 256 random bits, of which only the SHA-256 is kept. So much randomness needs no slow hash and no salt.</summary>
public sealed class ApiKeys(NpgsqlDataSource dataSource)
{
    private const string Prefix = "pipeline-";
    private const int SecretBytes = 32;
    private const string Columns = "id, name, tenant, role, created_at, last_used_at, revoked_at";

    /// <summary>Makes a key.</summary>
    /// <returns>The secret, which can't be had again.</returns>
    /// <exception cref="PipelineStorageException">The tenant has a key of that name.</exception>
    public async Task<string> CreateAsync(string name, string tenant, string role, CancellationToken cancellationToken)
    {
        var secret = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        await using var command = dataSource.CreateCommand(
            "insert into pipeline.api_keys (name, tenant, role, sha256) values ($1, $2, $3, $4) on conflict (tenant, name) where revoked_at is null do nothing");
        command.Parameters.Add(new() { Value = name });
        command.Parameters.Add(new() { Value = tenant });
        command.Parameters.Add(new() { Value = role });
        command.Parameters.Add(new() { Value = SHA256.HashData(Encoding.UTF8.GetBytes(secret)) });
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1
            ? secret
            : throw new PipelineStorageException(
                $"Tenant '{tenant}' has a key named '{name}'. Choose another name, or revoke that one first: ./pipeline keys revoke {name}");
    }

    /// <summary>The key with this hash, noting its use; null when there is none, or it was revoked.</summary>
    public async Task<ApiKeyRow?> FindAsync(byte[] sha256, CancellationToken cancellationToken)
    {
        // Once a minute is often enough for people, and spares an update per request.
        await using var command = dataSource.CreateCommand($"""
            with used as (
                update pipeline.api_keys set last_used_at = now()
                where sha256 = $1 and revoked_at is null and (last_used_at is null or last_used_at < now() - interval '1 minute'))
            select {Columns} from pipeline.api_keys where sha256 = $1 and revoked_at is null
            """);
        command.Parameters.Add(new() { Value = sha256 });
        return await ReadAsync(command, cancellationToken) is [var key] ? key : null;
    }

    /// <summary>All keys, revoked ones too, in the order in which they were made.</summary>
    public async Task<IReadOnlyList<ApiKeyRow>> ListAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"select {Columns} from pipeline.api_keys order by id");
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary>Revokes a key; the next request with it is refused.</summary>
    /// <exception cref="PipelineStorageException">The tenant has no such key.</exception>
    public async Task RevokeAsync(string name, string tenant, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            "update pipeline.api_keys set revoked_at = now() where name = $1 and tenant = $2 and revoked_at is null");
        command.Parameters.Add(new() { Value = name });
        command.Parameters.Add(new() { Value = tenant });
        if (await command.ExecuteNonQueryAsync(cancellationToken) == 0)
        {
            throw new PipelineStorageException($"Tenant '{tenant}' has no key '{name}' that is good; './pipeline keys list' shows them all.");
        }
    }

    private static async Task<List<ApiKeyRow>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var keys = new List<ApiKeyRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            keys.Add(new ApiKeyRow(
                reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetFieldValue<DateTimeOffset>(4), Time(5), Time(6)));
        }

        return keys;

        DateTimeOffset? Time(int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
    }
}
