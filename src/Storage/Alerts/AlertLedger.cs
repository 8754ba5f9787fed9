using Npgsql;
using NpgsqlTypes;

namespace Pipeline.Storage.Alerts;

/// <summary>
/// Opens, repeats, resolves and acknowledges alerts. Opening and resolving also note the news that the webhook is to get, in the same
/// statement: whatever dies afterwards, the news is there.
/// </summary>
public sealed class AlertLedger(NpgsqlDataSource dataSource)
{
    /// <summary>What <see cref="Read"/> reads, of the table or view with the alias <c>a</c>.</summary>
    internal const string Columns = """
        a.id, a.tenant, a.rule, a.subject, a.severity, a.message, a.value, a.threshold, a.detail::text, a.query, a.opened_at, a.last_seen_at,
        a.occurrences, a.resolved_at, a.acknowledged_at, a.acknowledged_by, a.message_zh
        """;

    /// <summary>Opens an alert, or notes that an open one was seen again, with its new value and message.</summary>
    public async Task<RaisedAlert> RaiseAsync(Alert alert, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            with raised as (
                insert into pipeline.alerts (tenant, rule, subject, severity, message, value, threshold, detail, query, message_zh)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                on conflict (tenant, rule, subject) where resolved_at is null do update
                    set severity = excluded.severity, message = excluded.message, value = excluded.value, threshold = excluded.threshold,
                        detail = excluded.detail, query = excluded.query, message_zh = excluded.message_zh, last_seen_at = now(), occurrences = alerts.occurrences + 1
                returning id, occurrences = 1 as is_new),
            news as (
                insert into pipeline.alert_deliveries (alert_id, event) select id, 'opened' from raised where is_new)
            select id, is_new from raised
            """);
        foreach (var value in (object[])[alert.Tenant, alert.Rule, alert.Subject, Stored(alert.Severity), alert.Message])
        {
            command.Parameters.Add(new() { Value = value });
        }

        command.Parameters.Add(new() { Value = (object?)alert.Value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Double });
        command.Parameters.Add(new() { Value = (object?)alert.Threshold ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Double });
        command.Parameters.Add(new() { Value = alert.Detail, NpgsqlDbType = NpgsqlDbType.Jsonb });
        command.Parameters.Add(new() { Value = alert.Query });
        command.Parameters.Add(new() { Value = (object?)alert.Chinese ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new RaisedAlert(reader.GetInt64(0), reader.GetBoolean(1));
    }

    /// <summary>Ends the open alert of a rule and subject.</summary>
    /// <returns>Whether there was one.</returns>
    public async Task<bool> ResolveAsync(string tenant, string rule, string subject, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            with resolved as (
                update pipeline.alerts set resolved_at = now()
                where tenant = $1 and rule = $2 and subject = $3 and resolved_at is null
                returning id),
            news as (insert into pipeline.alert_deliveries (alert_id, event) select id, 'resolved' from resolved)
            select count(*) > 0 from resolved
            """);
        foreach (var value in (string[])[tenant, rule, subject])
        {
            command.Parameters.Add(new() { Value = value });
        }

        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Ends open alerts of some rules that were not seen for a while: what they are about has stopped.</summary>
    /// <returns>How many.</returns>
    public async Task<int> ResolveUnseenAsync(string tenant, IReadOnlyList<string> rules, TimeSpan notSeenFor, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            with resolved as (
                update pipeline.alerts set resolved_at = now()
                where tenant = $1 and rule = any($2) and resolved_at is null and last_seen_at < now() - $3
                returning id),
            news as (insert into pipeline.alert_deliveries (alert_id, event) select id, 'resolved' from resolved)
            select count(*)::int from resolved
            """);
        command.Parameters.Add(new() { Value = tenant });
        command.Parameters.Add(new() { Value = rules.ToArray() });
        command.Parameters.Add(new() { Value = notSeenFor });
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Notes that somebody knows. The first one stays; acknowledging again changes nothing.</summary>
    /// <param name="id">The alert.</param>
    /// <param name="by">Who knows.</param>
    /// <param name="tenant">Only an alert of this tenant, or null for anyone's.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The alert, or null when there is none with this id.</returns>
    public async Task<AlertRow?> AcknowledgeAsync(long id, string by, string? tenant, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"""
            update pipeline.alerts a
            set acknowledged_at = coalesce(a.acknowledged_at, now()), acknowledged_by = coalesce(a.acknowledged_by, $2)
            where a.id = $1 and ($3::text is null or a.tenant = $3) returning {Columns}
            """);
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = by });
        command.Parameters.Add(new() { Value = (object?)tenant ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        return (await ReadAsync(command, cancellationToken)).SingleOrDefault();
    }

    /// <summary>Open alerts, or the newest of all, the newest first.</summary>
    /// <param name="openOnly">Leave out those that are resolved.</param>
    /// <param name="newest">How many at most.</param>
    /// <param name="tenant">Only those of this tenant, or null for all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<AlertRow>> ListAsync(bool openOnly, int newest, string? tenant, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"""
            select {Columns} from pipeline.alerts a
            where (not $1 or a.resolved_at is null) and ($3::text is null or a.tenant = $3) order by a.opened_at desc, a.id desc limit $2
            """);
        command.Parameters.Add(new() { Value = openOnly });
        command.Parameters.Add(new() { Value = newest });
        command.Parameters.Add(new() { Value = (object?)tenant ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary>The alert whose <see cref="Columns"/> begin at a column.</summary>
    internal static AlertRow Read(NpgsqlDataReader reader, int at = 0) => new(
        reader.GetInt64(at),
        new Alert(
            reader.GetString(at + 2), reader.GetString(at + 3), Enum.Parse<AlertSeverity>(reader.GetString(at + 4), ignoreCase: true),
            reader.GetString(at + 5), reader.GetString(at + 9))
        {
            Tenant = reader.GetString(at + 1),
            Value = reader.IsDBNull(at + 6) ? null : reader.GetDouble(at + 6),
            Threshold = reader.IsDBNull(at + 7) ? null : reader.GetDouble(at + 7),
            Detail = reader.GetString(at + 8),
            Chinese = reader.IsDBNull(at + 16) ? null : reader.GetString(at + 16),
        },
        reader.GetFieldValue<DateTimeOffset>(at + 10), reader.GetFieldValue<DateTimeOffset>(at + 11), reader.GetInt32(at + 12),
        reader.IsDBNull(at + 13) ? null : reader.GetFieldValue<DateTimeOffset>(at + 13),
        reader.IsDBNull(at + 14) ? null : reader.GetFieldValue<DateTimeOffset>(at + 14),
        reader.IsDBNull(at + 15) ? null : reader.GetString(at + 15));

    private static string Stored(AlertSeverity severity) => severity == AlertSeverity.Critical ? "critical" : "warning";

    private static async Task<List<AlertRow>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var rows = new List<AlertRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(Read(reader));
        }

        return rows;
    }
}
