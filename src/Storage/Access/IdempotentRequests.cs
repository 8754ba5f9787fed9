using Npgsql;

namespace Pipeline.Storage.Access;

/// <summary>Answers to requests with an <c>Idempotency-Key</c>, kept for a day.</summary>
/// <param name="dataSource">The database.</param>
public sealed class IdempotentRequests(NpgsqlDataSource dataSource)
{
    /// <summary>Notes a request, or finds it again.</summary>
    /// <param name="tenant">Whose key it is.</param>
    /// <param name="key">The key.</param>
    /// <param name="sha256">Hash of everything that was asked.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>What was asked under the key, and the answer where there is one yet.</returns>
    public async Task<(bool SameRequest, int? Status, string? Answer)> BeginAsync(
        string tenant, string key, byte[] sha256, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("delete from pipeline.api_requests where created_at < now() - interval '1 day'"),
                new("insert into pipeline.api_requests (tenant, key, sha256) values ($1, $2, $3) on conflict do nothing")
                {
                    Parameters = { new() { Value = tenant }, new() { Value = key }, new() { Value = sha256 } },
                },
                new("select sha256 = $3, status, answer from pipeline.api_requests where tenant = $1 and key = $2")
                {
                    Parameters = { new() { Value = tenant }, new() { Value = key }, new() { Value = sha256 } },
                },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? (reader.GetBoolean(0), reader.IsDBNull(1) ? null : reader.GetInt32(1), reader.IsDBNull(2) ? null : reader.GetString(2))
            : (true, null, null);
    }

    /// <summary>Keeps the answer. The first one stays.</summary>
    public async Task CompleteAsync(string tenant, string key, int status, string answer, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            "update pipeline.api_requests set status = $3, answer = $4 where tenant = $1 and key = $2 and status is null");
        command.Parameters.Add(new() { Value = tenant });
        command.Parameters.Add(new() { Value = key });
        command.Parameters.Add(new() { Value = status });
        command.Parameters.Add(new() { Value = answer });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
