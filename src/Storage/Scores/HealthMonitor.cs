using Npgsql;

namespace Pipeline.Storage.Scores;

/// <summary>What the watch over health looks at: windows of the latest summaries, their baselines, and how much failed lately.</summary>
public sealed class HealthMonitor(NpgsqlDataSource dataSource)
{
    /// <summary>Columns of a baseline, in the order of <see cref="Measures"/>.</summary>
    internal const string BaselineColumns =
        "recipe_id, embedder_id, samples, cosine_samples, cosine_mean, cosine_stdev, compression_mean, compression_stdev, alarm_share";

    /// <summary>Aggregates over rows of <c>health_scores</c> with the alias <c>h</c>.</summary>
    internal const string Measures = """
        count(*), count(h.cosine), avg(h.cosine), stddev_samp(h.cosine), avg(h.compression), coalesce(stddev_samp(h.compression), 0),
        count(*) filter (where h.drift_alarm or h.compression_alarm)::float8 / count(*)
        """;

    /// <summary>
    /// Makes the first summaries of a recipe its baseline, where it has none and there are enough. A recipe never changes, so what it made
    /// at first is what it can do; who knows better calibrates.
    /// </summary>
    /// <returns>How many baselines were made.</returns>
    public async Task<int> PinBaselinesAsync(int samples, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"""
            insert into pipeline.health_baselines ({BaselineColumns})
            select r.id, e.id, f.*
            from pipeline.recipes r
            join pipeline.recipes e on e.stage = 'embed' and r.stage = 'summarize'
            cross join lateral (
                select {Measures}
                from (select * from pipeline.health_scores x where x.recipe_id = r.id and x.embedder_id = e.id
                      order by x.recipe_id, x.embedder_id, x.scored_at, x.text_id limit $1) h
                having count(*) = $1) f
            where not exists (select from pipeline.health_baselines k where k.recipe_id = r.id and k.embedder_id = e.id)
            on conflict do nothing
            """);
        command.Parameters.Add(new() { Value = samples });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// Looks at the latest summaries of every recipe, keeps what it sees in <c>health_windows</c>, and gives it for the newest recipe of
    /// each name.
    /// </summary>
    /// <param name="samples">Most summaries in a window.</param>
    /// <param name="maxAge">Older ones are not looked at.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<HealthWindow>> ReadWindowsAsync(int samples, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"""
            with seen as (
                select r.id as recipe_id, e.id as embedder_id, f.*
                from pipeline.recipes r
                join pipeline.recipes e on e.stage = 'embed' and r.stage = 'summarize'
                cross join lateral (
                    select {Measures}, count(*) filter (where h.drift_alarm)::float8 / count(*),
                           count(*) filter (where h.compression_alarm)::float8 / count(*), min(h.scored_at), max(h.scored_at)
                    from (select * from pipeline.health_scores x
                          where x.recipe_id = r.id and x.embedder_id = e.id and x.scored_at > now() - $2
                          order by x.recipe_id desc, x.embedder_id desc, x.scored_at desc, x.text_id desc limit $1) h
                    having count(*) > 0) f),
            kept as (
                insert into pipeline.health_windows ({BaselineColumns}, drift_share, compression_share, oldest_at, newest_at)
                select * from seen
                on conflict (recipe_id, embedder_id) do update
                    set samples = excluded.samples, cosine_samples = excluded.cosine_samples, cosine_mean = excluded.cosine_mean,
                        cosine_stdev = excluded.cosine_stdev, compression_mean = excluded.compression_mean,
                        compression_stdev = excluded.compression_stdev, alarm_share = excluded.alarm_share, drift_share = excluded.drift_share,
                        compression_share = excluded.compression_share, oldest_at = excluded.oldest_at, newest_at = excluded.newest_at,
                        evaluated_at = now()
                returning *)
            select distinct on (r.name, e.name) k.recipe_id, r.name, k.embedder_id, e.name,
                   k.samples, k.cosine_samples, k.cosine_mean, k.cosine_stdev, k.compression_mean, k.compression_stdev, k.alarm_share,
                   n.samples, n.cosine_samples, n.cosine_mean, n.cosine_stdev, n.compression_mean, n.compression_stdev, n.alarm_share
            from kept k
            join pipeline.recipes r on r.id = k.recipe_id
            join pipeline.recipes e on e.id = k.embedder_id
            left join pipeline.health_baselines n on n.recipe_id = k.recipe_id and n.embedder_id = k.embedder_id
            where not {HealthJudgement.IsBeside("k.embedder_id")}
            order by r.name, e.name, k.recipe_id desc, k.embedder_id desc
            """);
        command.Parameters.Add(new() { Value = samples });
        command.Parameters.Add(new() { Value = maxAge });
        var windows = new List<HealthWindow>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            windows.Add(new HealthWindow(
                reader.GetInt32(0), reader.GetString(1), reader.GetInt32(2), reader.GetString(3), Figures(reader, 4),
                reader.IsDBNull(11) ? null : Figures(reader, 11)));
        }

        return windows;
    }

    /// <summary>How the texts of each recipe ended lately, recipes of one name together.</summary>
    public async Task<IReadOnlyList<SettledCounts>> ReadSettledAsync(TimeSpan period, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            select r.name, coalesce(sum(s.done), 0)::bigint, coalesce(sum(f.failed), 0)::bigint
            from pipeline.recipes r
            left join (select recipe_id, count(*) as done from pipeline.summaries where created_at > now() - $1 group by 1) s on s.recipe_id = r.id
            left join (select recipe_id, count(*) as failed from pipeline.work_items
                       where state in ('rejected', 'quarantined') and error_code <> 'health' and updated_at > now() - $1 group by 1) f
                on f.recipe_id = r.id
            where r.stage = 'summarize' group by r.name having coalesce(sum(s.done), 0) + coalesce(sum(f.failed), 0) > 0
            order by r.name
            """);
        command.Parameters.Add(new() { Value = period });
        var counts = new List<SettledCounts>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            counts.Add(new SettledCounts(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2)));
        }

        return counts;
    }

    private static HealthFigures Figures(NpgsqlDataReader reader, int at) => new(
        reader.GetInt64(at), reader.GetInt64(at + 1), reader.IsDBNull(at + 2) ? null : reader.GetDouble(at + 2),
        reader.IsDBNull(at + 3) ? null : reader.GetDouble(at + 3), reader.GetDouble(at + 4), reader.GetDouble(at + 5), reader.GetDouble(at + 6));
}
