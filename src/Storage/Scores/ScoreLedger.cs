using Npgsql;
using NpgsqlTypes;

namespace Pipeline.Storage.Scores;

/// <summary>Scores what is unscored, window by window; a window is one transaction, so a killed run leaves nothing half-done.</summary>
public sealed class ScoreLedger(NpgsqlDataSource dataSource)
{
    // How far beyond a window the queue is searched for summaries whose embeddings have arrived. They arrive in about queue order.
    private const int LookAhead = 5;

    /// <summary>The id of a signature, made when it is new.</summary>
    public async Task<int> SignatureIdAsync(string signature, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            with new as (insert into pipeline.signatures (value) values ($1) on conflict do nothing returning id)
            select id from new union all select id from pipeline.signatures where value = $1 limit 1
            """);
        command.Parameters.Add(new() { Value = signature });
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Scores up to <paramref name="windowSize"/> summaries whose embeddings are settled.</summary>
    /// <returns>How many summaries were taken; 0 when none is ready.</returns>
    public async Task<int> ScoreWindowAsync(
        int windowSize, int signatureId, HealthThresholds thresholds, Func<RougePair, RougeRow> score, TextStatisticsWriter statistics,
        CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RemovalLock.AddAsync(connection, cancellationToken);
        var (recipeIds, textIds) = await TakeWindowAsync(connection, windowSize, cancellationToken);
        if (recipeIds.Length == 0)
        {
            return 0;
        }

        await WriteHealthAsync(connection, recipeIds, textIds, thresholds, cancellationToken);
        await ActOnBreachesAsync(connection, recipeIds, textIds, cancellationToken);
        await statistics.WriteAsync(connection, recipeIds, textIds, cancellationToken);
        var pairs = await ReadPairsAsync(connection, recipeIds, textIds, cancellationToken);
        if (pairs.Count > 0)
        {
            await WriteRougeAsync(connection, signatureId, pairs.ConvertAll(pair => score(pair)), cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return recipeIds.Length;
    }

    private static async Task<(int[] RecipeIds, long[] TextIds)> TakeWindowAsync(
        NpgsqlConnection connection, int windowSize, CancellationToken cancellationToken)
    {
        await using var locking = new NpgsqlCommand("""
            with head as (
                select u.recipe_id, u.text_id, s.summary_text_id
                from (select recipe_id, text_id from pipeline.unscored order by text_id, recipe_id limit $2) u
                join pipeline.summaries s using (recipe_id, text_id)),
            ready as (
                select h.recipe_id, h.text_id from head h
                where not exists (select 1 from pipeline.work_items w where w.text_id = h.text_id and w.state in ('pending', 'running')
                                  and w.recipe_id = any(array(select id from pipeline.recipes where stage = 'embed')))
                  and not exists (select 1 from pipeline.work_items w where w.text_id = h.summary_text_id and w.state in ('pending', 'running')
                                  and w.recipe_id = any(array(select id from pipeline.recipes where stage = 'embed')))
                limit $1)
            select u.recipe_id, u.text_id
            from ready r join pipeline.unscored u on u.recipe_id = r.recipe_id and u.text_id = r.text_id
            for update of u skip locked
            """, connection)
        {
            Parameters = { new() { Value = windowSize }, new() { Value = windowSize * LookAhead } },
        };
        var (lockedRecipes, lockedTexts) = await ReadKeysAsync(locking, windowSize, cancellationToken);

        // A second look with a new snapshot: a submission may have asked for another embedding before the rows were locked.
        await using var command = new NpgsqlCommand("""
            delete from pipeline.unscored u
            using unnest($1::int[], $2::bigint[]) as l(recipe_id, text_id), pipeline.summaries s
            where u.recipe_id = l.recipe_id and u.text_id = l.text_id and s.recipe_id = u.recipe_id and s.text_id = u.text_id
              and not exists (select 1 from pipeline.work_items w where w.text_id = u.text_id and w.state in ('pending', 'running')
                              and w.recipe_id = any(array(select id from pipeline.recipes where stage = 'embed')))
              and not exists (select 1 from pipeline.work_items w where w.text_id = s.summary_text_id and w.state in ('pending', 'running')
                              and w.recipe_id = any(array(select id from pipeline.recipes where stage = 'embed')))
            returning u.recipe_id, u.text_id
            """, connection)
        {
            Parameters = { new() { Value = lockedRecipes }, new() { Value = lockedTexts } },
        };
        return await ReadKeysAsync(command, windowSize, cancellationToken);
    }

    private static async Task<(int[] RecipeIds, long[] TextIds)> ReadKeysAsync(
        NpgsqlCommand command, int windowSize, CancellationToken cancellationToken)
    {
        var recipeIds = new List<int>(windowSize);
        var textIds = new List<long>(windowSize);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            recipeIds.Add(reader.GetInt32(0));
            textIds.Add(reader.GetInt64(1));
        }

        return ([.. recipeIds], [.. textIds]);
    }

    private static async Task WriteHealthAsync(
        NpgsqlConnection connection, int[] recipeIds, long[] textIds, HealthThresholds thresholds, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"""
            insert into pipeline.health_scores
                (recipe_id, embedder_id, text_id, summary_text_id, cosine, compression, drift_alarm, compression_alarm, band_id)
            select h.recipe_id, h.embedder_id, h.text_id, h.summary_text_id, h.cosine, h.compression,
                   {HealthJudgement.Drift("$3")}, {HealthJudgement.Compression("$4", "$5")}, b.id
            from (select u.recipe_id, e.recipe_id as embedder_id, u.text_id, s.summary_text_id, t.chars,
                         1 - (a.vector <=> b.vector) as cosine, st.chars::float8 / t.chars as compression
                  from unnest($1::int[], $2::bigint[]) as u(recipe_id, text_id)
                  join pipeline.summaries s on s.recipe_id = u.recipe_id and s.text_id = u.text_id
                  join pipeline.texts t on t.id = u.text_id
                  join pipeline.texts st on st.id = s.summary_text_id
                  join pipeline.work_items e on e.text_id = u.text_id
                      and e.recipe_id = any(array(select id from pipeline.recipes where stage = 'embed'))
                  -- Where the embedding of the summary was cancelled, there is no health to speak of.
                  join pipeline.work_items se on se.text_id = s.summary_text_id and se.recipe_id = e.recipe_id
                  left join pipeline.embeddings a on a.recipe_id = e.recipe_id and a.text_id = u.text_id
                  left join pipeline.embeddings b on b.recipe_id = e.recipe_id and b.text_id = s.summary_text_id) h
            {HealthJudgement.Band}
            on conflict (text_id, recipe_id, embedder_id) do update
                set cosine = excluded.cosine, drift_alarm = excluded.drift_alarm, band_id = excluded.band_id, scored_at = now()
                where health_scores.cosine is null and excluded.cosine is not null
            """, connection)
        {
            Parameters =
            {
                new() { Value = recipeIds },
                new() { Value = textIds },
                new() { Value = thresholds.MinCosine },
                new() { Value = thresholds.MinCompression },
                new() { Value = thresholds.MaxCompression },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// What a recipe's breach action asks for, in the transaction that judged. A text falls back once, and what a fallback made has no
    /// fallback of its own.
    /// </summary>
    private static async Task ActOnBreachesAsync(
        NpgsqlConnection connection, int[] recipeIds, long[] textIds, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"""
            with breach as (
                select distinct on (h.text_id, h.recipe_id) h.text_id, h.recipe_id, h.cosine, h.compression, a.action, a.fallback_recipe_id
                from unnest($1::int[], $2::bigint[]) as u(recipe_id, text_id)
                join pipeline.breach_actions a on a.recipe_id = u.recipe_id
                join pipeline.health_scores h on h.text_id = u.text_id and h.recipe_id = u.recipe_id and (h.drift_alarm or h.compression_alarm)
                where not exists (select from pipeline.fallbacks f where f.text_id = u.text_id and f.fallback_recipe_id = u.recipe_id)
                  and not {HealthJudgement.IsBeside("h.embedder_id")}
                order by h.text_id, h.recipe_id, h.embedder_id),
            fallback as (
                insert into pipeline.fallbacks (recipe_id, text_id, fallback_recipe_id)
                select recipe_id, text_id, fallback_recipe_id from breach where action = 'fallback'
                on conflict do nothing
                returning text_id, fallback_recipe_id),
            again as (
                insert into pipeline.work_items (recipe_id, text_id)
                select distinct fallback_recipe_id, text_id from fallback order by 2, 1
                on conflict do nothing)
            update pipeline.work_items w
            set state = 'quarantined', error_code = 'health', updated_at = now(),
                error_reason = format('The summary is beyond its limits: cosine %s, compression %s.',
                                      coalesce(round(breach.cosine::numeric, 3)::text, 'unknown'), round(breach.compression::numeric, 3))
            from breach
            where breach.action = 'quarantine' and w.text_id = breach.text_id and w.recipe_id = breach.recipe_id and w.state = 'done'
            """, connection)
        {
            Parameters = { new() { Value = recipeIds }, new() { Value = textIds } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<List<RougePair>> ReadPairsAsync(
        NpgsqlConnection connection, int[] recipeIds, long[] textIds, CancellationToken cancellationToken)
    {
        // A pair that has its score already is scored again and ignored: cheaper than looking first.
        await using var command = new NpgsqlCommand("""
            select p.summary_text_id, p.reference_text_id, st.body, rt.body
            from (select distinct s.summary_text_id, d.reference_text_id
                  from unnest($1::int[], $2::bigint[]) as u(recipe_id, text_id)
                  join pipeline.summaries s on s.recipe_id = u.recipe_id and s.text_id = u.text_id
                  join pipeline.documents d on d.text_id = u.text_id and d.reference_text_id is not null) p
            join pipeline.texts st on st.id = p.summary_text_id
            join pipeline.texts rt on rt.id = p.reference_text_id
            """, connection)
        {
            Parameters = { new() { Value = recipeIds }, new() { Value = textIds } },
        };
        var pairs = new List<RougePair>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            pairs.Add(new RougePair(reader.GetInt64(0), reader.GetInt64(1), reader.GetString(2), reader.GetString(3)));
        }

        return pairs;
    }

    private static async Task WriteRougeAsync(
        NpgsqlConnection connection, int signatureId, List<RougeRow> rows, CancellationToken cancellationToken)
    {
        await using var writer = await StageAsync(connection, cancellationToken);
        foreach (var row in rows)
        {
            await writer.StartRowAsync(cancellationToken);
            await writer.WriteAsync(signatureId, cancellationToken);
            await writer.WriteAsync(row.Pair.SummaryTextId, cancellationToken);
            await writer.WriteAsync(row.Pair.ReferenceTextId, cancellationToken);
            foreach (var value in (RougeValue[])[row.Rouge1, row.Rouge2, row.RougeL, row.RougeLsum])
            {
                await writer.WriteAsync(value.Precision, cancellationToken);
                await writer.WriteAsync(value.Recall, cancellationToken);
                await writer.WriteAsync(value.F, cancellationToken);
            }

            foreach (var count in (int[])[row.SummaryTokens, row.ReferenceTokens, row.Rouge1.Hits, row.Rouge2.Hits, row.RougeL.Hits, row.RougeLsum.Hits])
            {
                await writer.WriteAsync(count, NpgsqlDbType.Integer, cancellationToken);
            }
        }

        await writer.CompleteAsync(cancellationToken);
        await writer.CloseAsync(cancellationToken);
        await using var insert = new NpgsqlCommand(
            $"insert into pipeline.rouge_scores ({RougeColumns}) select {RougeColumns} from rouge_stage on conflict do nothing", connection);
        await insert.ExecuteNonQueryAsync(cancellationToken);
    }

    private const string RougeColumns =
        "signature_id, summary_text_id, reference_text_id, rouge1_p, rouge1_r, rouge1_f, rouge2_p, rouge2_r, rouge2_f, "
        + "rougel_p, rougel_r, rougel_f, rougelsum_p, rougelsum_r, rougelsum_f, "
        + "summary_tokens, reference_tokens, rouge1_hits, rouge2_hits, rougel_hits, rougelsum_hits";

    private static async Task<NpgsqlBinaryImporter> StageAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var create = new NpgsqlCommand(
            "create temp table if not exists rouge_stage (like pipeline.rouge_scores including defaults) on commit delete rows", connection);
        await create.ExecuteNonQueryAsync(cancellationToken);
        return await connection.BeginBinaryImportAsync($"copy rouge_stage ({RougeColumns}) from stdin (format binary)", cancellationToken);
    }
}
