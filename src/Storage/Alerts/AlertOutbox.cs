using Npgsql;

namespace Pipeline.Storage.Alerts;

/// <summary>
/// News of alerts on their way out, at least once. An attempt is counted and the next one put off before the request is made, so a
/// process that dies in the middle costs an attempt and not the news; whoever receives it can tell repeats by the delivery's id.
/// </summary>
public sealed class AlertOutbox(NpgsqlDataSource dataSource)
{
    /// <summary>Takes news whose time has come, oldest first. The end of an alert waits for its beginning to be delivered.</summary>
    /// <param name="most">How many at most.</param>
    /// <param name="firstDelay">Until the second attempt; doubled with each further one.</param>
    /// <param name="longestDelay">Never longer than this.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<AlertNews>> TakeDueAsync(
        int most, TimeSpan firstDelay, TimeSpan longestDelay, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"""
            with due as (
                select d.id from pipeline.alert_deliveries d
                where d.delivered_at is null and d.abandoned_at is null and d.next_attempt_at <= now()
                  and not exists (
                      select from pipeline.alert_deliveries earlier
                      where earlier.alert_id = d.alert_id and earlier.id < d.id and earlier.delivered_at is null and earlier.abandoned_at is null)
                order by d.id limit $1 for update skip locked),
            taken as (
                update pipeline.alert_deliveries d
                -- The exponent is bounded: 2^30 of any delay is beyond every limit.
                set attempts = attempts + 1, next_attempt_at = now() + least($2 * 2 ^ least(attempts, 30), $3) * interval '1 second'
                from due where d.id = due.id
                returning d.id, d.alert_id, d.event, d.attempts)
            select t.id, t.event, t.attempts, {AlertLedger.Columns}
            from taken t join pipeline.alerts a on a.id = t.alert_id
            order by t.id
            """);
        command.Parameters.Add(new() { Value = most });
        command.Parameters.Add(new() { Value = firstDelay.TotalSeconds });
        command.Parameters.Add(new() { Value = longestDelay.TotalSeconds });
        var news = new List<AlertNews>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            news.Add(new AlertNews(reader.GetInt64(0), reader.GetString(1), reader.GetInt32(2), AlertLedger.Read(reader, at: 3)));
        }

        return news;
    }

    /// <summary>Notes that news have arrived.</summary>
    public Task DeliveredAsync(long id, CancellationToken cancellationToken) => ExecuteAsync(
        "update pipeline.alert_deliveries set delivered_at = now(), last_error = null where id = $1", cancellationToken, id);

    /// <summary>Notes why an attempt failed; the next one is due already.</summary>
    public Task FailedAsync(long id, string error, CancellationToken cancellationToken) => ExecuteAsync(
        "update pipeline.alert_deliveries set last_error = $2 where id = $1", cancellationToken, id, error);

    /// <summary>Gives up news that are older than this and never arrived.</summary>
    /// <returns>How many.</returns>
    public Task<int> AbandonAsync(TimeSpan olderThan, CancellationToken cancellationToken) => ExecuteAsync(
        """
        update pipeline.alert_deliveries set abandoned_at = now()
        where delivered_at is null and abandoned_at is null and created_at < now() - $1
        """, cancellationToken, olderThan);

    private async Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = dataSource.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
