using Npgsql;

namespace Pipeline.Storage.Evaluations;

/// <summary>Reads runs and their figures from the documented views.</summary>
public sealed class EvaluationReports(NpgsqlDataSource dataSource)
{
    private const string RunColumns =
        "run, kind, schedule, state, temperature::float8, rouge_signature, started_at, finished_at, coalesce(is_baseline, false), open, done, failed, "
        + "engine_seconds::float8, alarm";

    /// <summary>The newest runs of a schedule, newest first.</summary>
    public async Task<IReadOnlyList<EvaluationRunRow>> HistoryAsync(ScheduleRow schedule, int newest, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        // An array, not a subquery: the view then counts these runs and no others.
        await using var command = dataSource.CreateCommand($"""
            select {RunColumns} from pipeline.evaluation_runs
            where run = any(array(select id from pipeline.evaluations where schedule_id = $1 order by id desc limit $2)) order by run desc
            """);
        command.Parameters.Add(new() { Value = schedule.Id });
        command.Parameters.Add(new() { Value = newest });
        return await RunsAsync(command, cancellationToken);
    }

    /// <summary>One run.</summary>
    /// <exception cref="PipelineStorageException">There is none of this id.</exception>
    public async Task<EvaluationRunRow> RunAsync(long run, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"select {RunColumns} from pipeline.evaluation_runs where run = $1");
        command.Parameters.Add(new() { Value = run });
        return (await RunsAsync(command, cancellationToken)).SingleOrDefault() ?? throw new PipelineStorageException($"There is no run {run}.");
    }

    /// <summary>The figures of some runs, by run.</summary>
    public async Task<ILookup<long, EvaluationFigure>> FiguresAsync(IEnumerable<long> runs, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            select f.evaluation_id, f.recipe_id, r.name, f.part, f.measure, f.texts, f.failed, f.rouge1_f, f.rouge2_f, f.rougel_f, f.exact_share,
                   f.value, f.change, f.low, f.high, f.baseline_id, f.verdict, f.alarm
            from pipeline.evaluation_figures f join pipeline.recipes r on r.id = f.recipe_id
            where f.evaluation_id = any($1) order by r.name, f.part desc, f.measure desc
            """);
        command.Parameters.Add(new() { Value = runs.ToArray() });
        var rows = new List<(long Run, EvaluationFigure Figure)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add((reader.GetInt64(0), new EvaluationFigure
            {
                RecipeId = reader.GetInt32(1),
                Recipe = reader.GetString(2),
                Part = reader.GetString(3),
                Measure = reader.GetString(4),
                Texts = reader.GetInt32(5),
                Failed = reader.GetInt32(6),
                Rouge1F = Number(7),
                Rouge2F = Number(8),
                RougeLF = Number(9),
                ExactShare = Number(10),
                Value = Number(11),
                Change = Number(12),
                Low = Number(13),
                High = Number(14),
                BaselineRun = reader.IsDBNull(15) ? null : reader.GetInt64(15),
                Verdict = reader.GetString(16),
                Alarm = reader.GetBoolean(17),
            }));
        }

        return rows.ToLookup(row => row.Run, row => row.Figure);

        double? Number(int column) => reader.IsDBNull(column) ? null : reader.GetDouble(column);
    }

    /// <summary>Texts of a stability check whose own deviation is above a limit, the worst first. A list to look at: by chance alone some are.</summary>
    public async Task<IReadOnlyList<(long TextId, string? ExternalId, double Deviation)>> UnstableTextsAsync(
        long run, double limit, int count, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            select s.text_id, (select min(d.external_id) from pipeline.documents d where d.text_id = s.text_id), s.rougel_stdev
            from pipeline.stability_scores s where s.evaluation_id = $1 and s.rougel_stdev > $2 order by s.rougel_stdev desc, s.text_id limit $3
            """);
        command.Parameters.Add(new() { Value = run });
        command.Parameters.Add(new() { Value = limit });
        command.Parameters.Add(new() { Value = count });
        var rows = new List<(long, string?, double)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add((reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.GetDouble(2)));
        }

        return rows;
    }

    private static async Task<IReadOnlyList<EvaluationRunRow>> RunsAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var rows = new List<EvaluationRunRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new EvaluationRunRow(
                reader.GetInt64(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2), reader.GetString(3),
                reader.IsDBNull(4) ? null : reader.GetDouble(4), reader.IsDBNull(5) ? null : reader.GetString(5),
                reader.GetFieldValue<DateTimeOffset>(6), reader.IsDBNull(7) ? null : reader.GetFieldValue<DateTimeOffset>(7), reader.GetBoolean(8),
                reader.GetInt64(9), reader.GetInt64(10), reader.GetInt64(11), reader.IsDBNull(12) ? null : reader.GetDouble(12), reader.GetBoolean(13)));
        }

        return rows;
    }
}
