using Npgsql;
using NpgsqlTypes;

namespace Pipeline.Storage.Scores;

/// <summary>Limits of health by recipe, embedder and length of the text: proposed from history, put in force, taken back.</summary>
public sealed class HealthBands(NpgsqlDataSource dataSource)
{
    /// <summary>
    /// What a batch suggests. A limit is a quantile of the measure over the batch's texts of the band, rounded outwards to three decimals:
    /// the history is taken as good, so a share of <paramref name="falseAlarms"/> of it may lie beyond each limit.
    /// </summary>
    /// <param name="batchId">The history.</param>
    /// <param name="recipeId">Whose summaries.</param>
    /// <param name="embedderId">Which cosines.</param>
    /// <param name="edges">Longest text of every band but the last, ascending.</param>
    /// <param name="falseAlarms">Share beyond each of the three limits, above 0 and below 0.5.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>One proposal a band, shortest texts first; without numbers where the batch has no such text.</returns>
    public async Task<IReadOnlyList<BandProposal>> ProposeAsync(
        long batchId, int recipeId, int embedderId, IReadOnlyList<int> edges, double falseAlarms, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"""
            with sample as materialized (
                select distinct on (h.text_id) width_bucket(t.chars, $4::int[]) as band, h.text_id % 2 as half, h.cosine, h.compression,
                       h.drift_alarm or h.compression_alarm as alarm
                {History}
                join pipeline.texts t on t.id = h.text_id
                where h.cosine is not null),
            halves as (
                select band, half, {Limits} from sample group by band, half),
            crossed as (
                select s.band, count(*) filter (where {Beyond("s", "o")})::float8 / count(*) as rate
                from sample s join halves o on o.band = s.band and o.half <> s.half group by s.band)
            select s.band, count(*), {Limits}, count(*) filter (where alarm)::float8 / count(*), (select rate from crossed c where c.band = s.band)
            from sample s group by s.band order by s.band
            """);
        AddHistory(command, batchId, recipeId, embedderId);
        // The lower bound of every band but the first.
        command.Parameters.Add(new() { Value = edges.Select(edge => edge + 1).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer });
        command.Parameters.Add(new() { Value = falseAlarms });
        var proposals = Enumerable.Range(0, edges.Count + 1)
            .Select(band => new BandProposal(
                band == 0 ? 1 : edges[band - 1] + 1, band < edges.Count ? edges[band] : null, 0, null, null, null, null, null))
            .ToArray();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var band = reader.GetInt32(0);
            proposals[band] = proposals[band] with
            {
                Samples = reader.GetInt64(1),
                MinCosine = reader.GetDouble(2),
                MinCompression = reader.GetDouble(3),
                MaxCompression = reader.GetDouble(4),
                AlarmRate = reader.GetDouble(5),
                FalseAlarmRate = reader.IsDBNull(6) ? null : reader.GetDouble(6),
            };
        }

        return proposals;
    }

    /// <summary>
    /// Puts limits in force in place of those that the recipe and embedder had, judges their stored scores anew, and makes the batch their
    /// baseline. One transaction.
    /// </summary>
    /// <param name="batchId">The history that the limits come from.</param>
    /// <param name="recipeId">The recipe.</param>
    /// <param name="embedderId">The embedder.</param>
    /// <param name="bands">The limits; every number is there. None takes the limits back, and the baseline with them.</param>
    /// <param name="defaults">Limits of the settings, for lengths without their own.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ArgumentException">A band lacks a number.</exception>
    /// <returns>How many stored scores were judged anew.</returns>
    public async Task<int> ApplyAsync(
        long batchId, int recipeId, int embedderId, IReadOnlyList<BandProposal> bands, HealthThresholds defaults, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // Of two operators at once the second replaces what the first has committed.
        await ExecuteAsync("lock table pipeline.health_bands in share row exclusive mode");
        await ExecuteAsync(
            "update pipeline.health_bands set replaced_at = now() where recipe_id = $1 and embedder_id = $2 and replaced_at is null", recipeId, embedderId);
        foreach (var band in bands)
        {
            if (band is not { MinCosine: { } minCosine, MinCompression: { } minCompression, MaxCompression: { } maxCompression, FalseAlarmRate: { } rate })
            {
                throw new ArgumentException($"The band from {band.MinChars} characters has no limits.", nameof(bands));
            }

            await ExecuteAsync(
                """
                insert into pipeline.health_bands
                    (recipe_id, embedder_id, min_chars, max_chars, min_cosine, min_compression, max_compression, samples, false_alarm_rate)
                values ($1, $2, $3, nullif($4, 0), $5, $6, $7, $8, $9)
                """,
                recipeId, embedderId, band.MinChars, band.MaxChars ?? 0, minCosine, minCompression, maxCompression, band.Samples, rate);
        }

        var judged = await ExecuteAsync(
            $"""
            update pipeline.health_scores o
            set drift_alarm = {HealthJudgement.Drift("$3")}, compression_alarm = {HealthJudgement.Compression("$4", "$5")}, band_id = b.id
            from (select x.text_id, x.recipe_id, x.embedder_id, x.cosine, x.compression, t.chars
                  from pipeline.health_scores x join pipeline.texts t on t.id = x.text_id
                  where x.recipe_id = $1 and x.embedder_id = $2) h
            {HealthJudgement.Band}
            where o.text_id = h.text_id and o.recipe_id = h.recipe_id and o.embedder_id = h.embedder_id
            """,
            recipeId, embedderId, defaults.MinCosine, defaults.MinCompression, defaults.MaxCompression);
        await ExecuteAsync("delete from pipeline.health_baselines where recipe_id = $1 and embedder_id = $2", recipeId, embedderId);
        if (bands.Count > 0)
        {
            await ExecuteAsync(
                $"""
                insert into pipeline.health_baselines ({HealthMonitor.BaselineColumns})
                select $2, $3, {HealthMonitor.Measures} from (select distinct on (h.text_id) h.* {History}) h
                """,
                batchId, recipeId, embedderId);
        }

        await transaction.CommitAsync(cancellationToken);
        return judged;

        async Task<int> ExecuteAsync(string sql, params object[] values)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            foreach (var value in values)
            {
                command.Parameters.Add(new() { Value = value });
            }

            return await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>All limits in force.</summary>
    public async Task<IReadOnlyList<HealthBandRow>> ListAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            select recipe, embedder, min_chars, max_chars, min_cosine, min_compression, max_compression, samples, false_alarm_rate
            from pipeline.health_limits order by recipe, recipe_id, embedder, embedder_id, min_chars
            """);
        var rows = new List<HealthBandRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new HealthBandRow(
                reader.GetString(0), reader.GetString(1), reader.GetInt32(2), reader.IsDBNull(3) ? null : reader.GetInt32(3), reader.GetDouble(4),
                reader.GetDouble(5), reader.GetDouble(6), reader.GetInt64(7), reader.GetDouble(8)));
        }

        return rows;
    }

    private const string History = """
        from pipeline.batch_items bi
        join pipeline.documents d on d.id = bi.document_id
        join pipeline.health_scores h on h.text_id = d.text_id and bi.batch_id = $1 and h.recipe_id = $2 and h.embedder_id = $3
        """;

    private const string Limits = """
        floor(1000 * percentile_cont($5) within group (order by cosine)) / 1000 as min_cosine,
        floor(1000 * percentile_cont($5) within group (order by compression)) / 1000 as min_compression,
        ceil(1000 * percentile_cont(1 - $5) within group (order by compression)) / 1000 as max_compression
        """;

    private static string Beyond(string sample, string limits) =>
        $"{sample}.cosine < {limits}.min_cosine or {sample}.compression < {limits}.min_compression or {sample}.compression > {limits}.max_compression";

    private static void AddHistory(NpgsqlCommand command, long batchId, int recipeId, int embedderId)
    {
        command.Parameters.Add(new() { Value = batchId });
        command.Parameters.Add(new() { Value = recipeId });
        command.Parameters.Add(new() { Value = embedderId });
    }
}
