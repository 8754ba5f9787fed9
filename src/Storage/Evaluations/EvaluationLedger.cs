using Npgsql;
using NpgsqlTypes;

namespace Pipeline.Storage.Evaluations;

/// <summary>Scoring's side of evaluations: what has been generated, and where its scores go.</summary>
public sealed class EvaluationLedger(NpgsqlDataSource dataSource)
{
    /// <summary>The oldest run that has generated everything and has no scores; null when there is none.</summary>
    public async Task<FinishedRun?> NextAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            select e.id, e.kind, e.schedule_id, sig.value,
                   array(select r.id from pipeline.recipes r where r.id = any(x.ids) order by r.id),
                   array(select r.name from pipeline.recipes r where r.id = any(x.ids) order by r.id)
            from pipeline.evaluations e
            cross join lateral (
                select case when e.kind = 'stability'
                            then array(select distinct g.of_recipe_id from pipeline.generations g where g.evaluation_id = e.id)
                            else array(select r.recipe_id from pipeline.schedule_recipes r where r.schedule_id = e.schedule_id) end as ids) x
            left join pipeline.schedules s on s.id = e.schedule_id
            left join pipeline.evaluations b on b.id = s.baseline_id
            left join pipeline.signatures sig on sig.id = b.signature_id
            where e.state = 'running'
              and not exists (select from pipeline.generations g where g.evaluation_id = e.id and g.state in ('pending', 'running'))
            order by e.id limit 1
            """);
        long run;
        long? schedule;
        bool isStability;
        string? signature;
        Dictionary<int, string> recipes;
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            if (!await reader.ReadAsync(cancellationToken))
            {
                return null;
            }

            (run, isStability) = (reader.GetInt64(0), reader.GetString(1) == "stability");
            schedule = reader.IsDBNull(2) ? null : reader.GetInt64(2);
            signature = reader.IsDBNull(3) ? null : reader.GetString(3);
            recipes = reader.GetFieldValue<int[]>(4).Zip(reader.GetFieldValue<string[]>(5)).ToDictionary(pair => pair.First, pair => pair.Second);
        }

        return new FinishedRun(
            run, schedule is { } id ? await new ScheduleStore(dataSource).FindAsync(id, cancellationToken) : null, recipes, signature)
        {
            IsStability = isStability,
        };
    }

    /// <summary>The generations of a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="baselineRun">The run whose summaries come along.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<Generation>> GenerationsAsync(long run, long? baselineRun, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            select g.id, g.text_id, g.of_recipe_id, t.part, g.summary, s.body, r.body, b.summary
            from pipeline.generations g
            join pipeline.evaluation_texts t on t.text_id = g.text_id and t.evaluation_id = g.evaluation_id
            join pipeline.texts s on s.id = g.text_id
            left join pipeline.texts r on r.id = t.reference_text_id
            left join pipeline.generations b on b.text_id = g.text_id and b.evaluation_id = $2 and b.recipe_id = g.recipe_id and b.sample = g.sample
            where g.evaluation_id = $1
            order by g.id
            """);
        command.Parameters.Add(new() { Value = run });
        command.Parameters.Add(new() { Value = (object?)baselineRun ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        var rows = new List<Generation>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new Generation(
                reader.GetInt64(0), reader.GetInt64(1), reader.GetInt32(2), reader.GetString(3), Text(4), reader.GetString(5), Text(6), Text(7)));
        }

        return rows;

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }

    /// <summary>Values of a run's generations by recipe, part and measure, with their texts.</summary>
    public async Task<ILookup<(int RecipeId, string Part, string Measure), (long TextId, double Value)>> ValuesAsync(
        long run, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            select g.of_recipe_id, t.part, s.measure, g.text_id, s.value
            from pipeline.generations g
            join pipeline.evaluation_texts t on t.text_id = g.text_id and t.evaluation_id = g.evaluation_id
            join pipeline.generation_scores s on s.generation_id = g.id
            where g.evaluation_id = $1 order by g.id
            """);
        command.Parameters.Add(new() { Value = run });
        var rows = new List<((int, string, string) Key, (long, double) Value)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(((reader.GetInt32(0), reader.GetString(1), reader.GetString(2)), (reader.GetInt64(3), reader.GetDouble(4))));
        }

        return rows.ToLookup(row => row.Key, row => row.Value);
    }

    /// <summary>How many of the latest finished runs of a schedule, measured against the same baseline, dropped or were unstable in each figure.</summary>
    /// <param name="schedule">The schedule and its baseline.</param>
    /// <param name="latest">How many runs count.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyDictionary<(int RecipeId, string Part, string Measure), int>> DropsAsync(
        ScheduleRow schedule, int latest, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        await using var command = dataSource.CreateCommand("""
            select f.recipe_id, f.part, f.measure, count(*)::int
            from (select id from pipeline.evaluations where schedule_id = $1 and state = 'done' order by id desc limit $2) e
            join pipeline.evaluation_figures f on f.evaluation_id = e.id
            where f.verdict in ('drop', 'unstable') and f.baseline_id is not distinct from $3
            group by 1, 2, 3
            """);
        command.Parameters.Add(new() { Value = schedule.Id });
        command.Parameters.Add(new() { Value = (long)latest });
        command.Parameters.Add(new() { Value = (object?)schedule.BaselineRun ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        var drops = new Dictionary<(int, string, string), int>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            drops.Add((reader.GetInt32(0), reader.GetString(1), reader.GetString(2)), reader.GetInt32(3));
        }

        return drops;
    }

    /// <summary>Writes the scores of a run and ends it, in one transaction. A run that has ended already stays as it is.</summary>
    /// <returns>False when it had ended.</returns>
    public async Task<bool> CompleteAsync(long run, int signatureId, RunScores scores, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scores);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        // Keeps texts from being pruned between their scores and the end.
        await RemovalLock.AddAsync(connection, cancellationToken);
        await using var end = new NpgsqlCommand("""
            update pipeline.evaluations set state = 'done', finished_at = now(), signature_id = $2 where id = $1 and state = 'running'
            """, connection)
        {
            Parameters = { new() { Value = run }, new() { Value = signatureId } },
        };
        if (await end.ExecuteNonQueryAsync(cancellationToken) == 0)
        {
            return false;
        }

        await using var batch = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands = { GenerationScores(scores.Generations), StabilityScores(run, scores.Stability) },
        };
        foreach (var figure in scores.Figures)
        {
            batch.BatchCommands.Add(Figure(run, figure));
        }

        if (scores.IsFirstBaseline)
        {
            batch.BatchCommands.Add(new("""
                update pipeline.schedules s set baseline_id = e.id from pipeline.evaluations e
                where e.id = $1 and s.id = e.schedule_id and s.baseline_id is null
                """)
            {
                Parameters = { new() { Value = run } },
            });
        }

        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private static NpgsqlBatchCommand GenerationScores(IReadOnlyList<GenerationScore> scores) => new("""
        insert into pipeline.generation_scores (generation_id, measure, value, rouge1_f, rouge2_f, rougel_f, exact)
        select v.* from unnest($1::bigint[], $2::text[], $3::float8[], $4::float8[], $5::float8[], $6::float8[], $7::boolean[])
            as v(id, measure, value, rouge1_f, rouge2_f, rougel_f, exact)
        join pipeline.generations g using (id)
        """)
    {
        Parameters =
        {
            new() { Value = scores.Select(score => score.GenerationId).ToArray() },
            new() { Value = scores.Select(score => score.Measure).ToArray() },
            new() { Value = scores.Select(score => score.Value).ToArray() },
            new() { Value = scores.Select(score => score.Rouge1F).ToArray() },
            new() { Value = scores.Select(score => score.Rouge2F).ToArray() },
            new() { Value = scores.Select(score => score.RougeLF).ToArray() },
            new() { Value = scores.Select(score => score.IsExact).ToArray() },
        },
    };

    private static NpgsqlBatchCommand StabilityScores(long run, IReadOnlyList<StabilityScore> scores) => new("""
        insert into pipeline.stability_scores (evaluation_id, recipe_id, text_id, samples, rougel_stdev, rougel_pairs)
        select $1, v.recipe_id, v.text_id, v.samples, v.rougel_stdev, v.rougel_pairs
        from unnest($2::int[], $3::bigint[], $4::int[], $5::float8[], $6::float8[]) as v(recipe_id, text_id, samples, rougel_stdev, rougel_pairs)
        join pipeline.texts t on t.id = v.text_id
        """)
    {
        Parameters =
        {
            new() { Value = run },
            new() { Value = scores.Select(score => score.RecipeId).ToArray() },
            new() { Value = scores.Select(score => score.TextId).ToArray() },
            new() { Value = scores.Select(score => score.Samples).ToArray() },
            new() { Value = scores.Select(score => score.Deviation).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Double },
            new() { Value = scores.Select(score => score.Pairs).ToArray() },
        },
    };

    private static NpgsqlBatchCommand Figure(long run, EvaluationFigure figure)
    {
        var command = new NpgsqlBatchCommand("""
            insert into pipeline.evaluation_figures (
                evaluation_id, recipe_id, part, measure, texts, failed, verdict, alarm, rouge1_f, rouge2_f, rougel_f, exact_share, value, change,
                low, high, baseline_id)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
            """)
        {
            Parameters =
            {
                new() { Value = run },
                new() { Value = figure.RecipeId },
                new() { Value = figure.Part },
                new() { Value = figure.Measure },
                new() { Value = figure.Texts },
                new() { Value = figure.Failed },
                new() { Value = figure.Verdict },
                new() { Value = figure.Alarm },
            },
        };
        foreach (var value in (double?[])[
            figure.Rouge1F, figure.Rouge2F, figure.RougeLF, figure.ExactShare, figure.Value, figure.Change, figure.Low, figure.High])
        {
            command.Parameters.Add(new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Double });
        }

        command.Parameters.Add(new() { Value = (object?)figure.BaselineRun ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        return command;
    }
}
