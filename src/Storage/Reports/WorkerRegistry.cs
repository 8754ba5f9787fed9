using Npgsql;

namespace Pipeline.Storage.Reports;

/// <summary>Who is at work. For people to look at; no guarantee depends on it.</summary>
public sealed class WorkerRegistry(NpgsqlDataSource dataSource)
{
    /// <summary>Shows or refreshes a worker.</summary>
    public async Task BeatAsync(string name, string queue, long settled, double textsPerSecond, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            insert into pipeline.workers (name, queue, settled, texts_per_second) values ($1, $2, $3, $4)
            on conflict (name) do update
                set heartbeat_at = now(), settled = excluded.settled, texts_per_second = excluded.texts_per_second
            """);
        command.Parameters.Add(new() { Value = name });
        command.Parameters.Add(new() { Value = queue });
        command.Parameters.Add(new() { Value = settled });
        command.Parameters.Add(new() { Value = (float)textsPerSecond });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Removes a worker that stops, and those that fell silent an hour ago.</summary>
    public async Task RemoveAsync(string name, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            "delete from pipeline.workers where name = $1 or heartbeat_at < now() - interval '1 hour'");
        command.Parameters.Add(new() { Value = name });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Workers heard of within the last minute.</summary>
    public async Task<IReadOnlyList<WorkerRow>> ListAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            select name, queue, started_at, now() - heartbeat_at, settled, texts_per_second from pipeline.workers
            where heartbeat_at > now() - interval '1 minute' order by queue, name
            """);
        var rows = new List<WorkerRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new WorkerRow(
                reader.GetString(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetTimeSpan(3), reader.GetInt64(4), reader.GetFloat(5)));
        }

        return rows;
    }
}
