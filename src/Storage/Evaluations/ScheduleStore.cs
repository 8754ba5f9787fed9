using Npgsql;
using NpgsqlTypes;
using Pipeline.Storage.Batches;

namespace Pipeline.Storage.Evaluations;

/// <summary>The schedules of recurring re-evaluations and stability checks. This table is the truth; Scoring turns it into recurring jobs.</summary>
public sealed class ScheduleStore(NpgsqlDataSource dataSource)
{
    private const string Columns = """
        s.id, s.name, s.cron, s.time_zone, s.batch_id, s.pinned, s.fresh, s.min_drop, s.min_change, s.alarm_after, s.alarm_window,
        array(select r.id from pipeline.schedule_recipes x join pipeline.recipes r on r.id = x.recipe_id where x.schedule_id = s.id order by r.id),
        array(select r.name from pipeline.schedule_recipes x join pipeline.recipes r on r.id = x.recipe_id where x.schedule_id = s.id order by r.id),
        s.baseline_id, (select e.id from pipeline.evaluations e where e.schedule_id = s.id and e.state = 'running'), s.created_at,
        s.tenant, s.paused_at, s.samples, s.temperature
        """;

    /// <summary>Makes a schedule and draws its pinned sample.</summary>
    /// <exception cref="PipelineStorageException">The name is taken, or there are fewer documents than the pinned sample needs.</exception>
    public async Task<long> AddAsync(ScheduleDefinition definition, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(definition);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RemovalLock.AddAsync(connection, cancellationToken);
        var id = await InsertAsync(connection, definition, cancellationToken)
            ?? throw new PipelineStorageException(
                $"There is a schedule '{definition.Name}' already. Remove it with './pipeline schedule remove {definition.Name}', or choose another name.");
        await using (var recipes = new NpgsqlCommand(
            "insert into pipeline.schedule_recipes (schedule_id, recipe_id) select distinct $1, unnest($2::int[])", connection))
        {
            recipes.Parameters.Add(new() { Value = id });
            recipes.Parameters.Add(new() { Value = definition.RecipeIds.ToArray() });
            await recipes.ExecuteNonQueryAsync(cancellationToken);
        }

        if (definition.Pinned > 0)
        {
            var drawn = await SampleDraw.InsertAsync(
                connection, "pipeline.schedule_texts (schedule_id, text_id, reference_text_id)", $"{id}", definition.Tenant, definition.BatchId, afterDocumentId: 0,
                withoutSchedule: null, seed: id, definition.Pinned, cancellationToken);
            if (drawn < definition.Pinned)
            {
                throw new PipelineStorageException(
                    $"The pinned sample of {definition.Pinned} texts needs as many, and there are {drawn}"
                    + (definition.BatchId is null ? ". " : " in this batch. ")
                    + (drawn >= ScheduleDefinition.MinTexts
                        ? $"Ask for --pinned {drawn} or fewer."
                        : $"A sample needs at least {ScheduleDefinition.MinTexts}: submit more first."));
            }
        }

        await transaction.CommitAsync(cancellationToken);
        return id;
    }

    /// <summary>The schedules by name.</summary>
    public Task<IReadOnlyList<ScheduleRow>> ListAsync(CancellationToken cancellationToken) => ListAsync(tenant: null, cancellationToken);

    /// <summary>The schedules of one tenant, or of all with null, by name.</summary>
    public async Task<IReadOnlyList<ScheduleRow>> ListAsync(string? tenant, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            $"select {Columns} from pipeline.schedules s where s.removed_at is null and ($1::text is null or s.tenant = $1) order by s.name");
        command.Parameters.Add(new() { Value = (object?)tenant ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary>The schedule with this id, null when it is gone.</summary>
    public async Task<ScheduleRow?> FindAsync(long id, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"select {Columns} from pipeline.schedules s where s.id = $1 and s.removed_at is null");
        command.Parameters.Add(new() { Value = id });
        return (await ReadAsync(command, cancellationToken)).SingleOrDefault();
    }

    /// <summary>The schedule of this name.</summary>
    /// <exception cref="PipelineStorageException">There is none; the message lists those that there are.</exception>
    public Task<ScheduleRow> FindAsync(string name, CancellationToken cancellationToken) => FindAsync(name, tenant: null, cancellationToken);

    /// <summary>The schedule of this name among those of one tenant, or of all with null.</summary>
    /// <exception cref="PipelineStorageException">There is none; the message lists those that there are.</exception>
    public async Task<ScheduleRow> FindAsync(string name, string? tenant, CancellationToken cancellationToken)
    {
        var all = await ListAsync(tenant, cancellationToken);
        return all.FirstOrDefault(row => row.Definition.Name == name) ?? throw new PipelineStorageException(
            all.Count == 0
                ? $"There is no schedule '{name}': none was made yet."
                : $"There is no schedule '{name}'. There are: {string.Join(", ", all.Select(row => row.Definition.Name))}.");
    }

    /// <summary>Changes when a schedule runs, how many new texts it draws and what it alarms on. The rest makes its runs comparable and stays.</summary>
    /// <param name="id">The schedule.</param>
    /// <param name="definition">A definition that has been checked.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task ChangeAsync(long id, ScheduleDefinition definition, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(definition);
        await using var command = dataSource.CreateCommand("""
            update pipeline.schedules
            set cron = $2, time_zone = $3, fresh = $4, min_drop = $5, min_change = $6, alarm_after = $7, alarm_window = $8
            where id = $1 and removed_at is null
            """);
        foreach (var value in (object[])
        [
            id, definition.Cron, definition.TimeZone, definition.Fresh, definition.MinDrop, definition.MinChange, (short)definition.AlarmAfter,
            (short)definition.AlarmWindow,
        ])
        {
            command.Parameters.Add(new() { Value = value });
        }

        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Lets a schedule run by itself no more, or again. A run that is going on ends as usual.</summary>
    public async Task PauseAsync(long id, bool paused, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            "update pipeline.schedules set paused_at = case when $2 then coalesce(paused_at, now()) end where id = $1 and removed_at is null");
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = paused });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Ends a schedule and its open alerts. Its runs stay; its pinned texts go where nothing else needs them any more.</summary>
    public async Task RemoveAsync(long id, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RemovalLock.RemoveAsync(connection, cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands =
            {
                new("""
                    with removed as (update pipeline.schedules set removed_at = now() where id = $1 and removed_at is null returning name, tenant),
                    resolved as (
                        update pipeline.alerts a set resolved_at = now() from removed
                        where a.tenant = coalesce(removed.tenant, 'default') and a.rule = any($2) and starts_with(a.subject, removed.name || $3) and a.resolved_at is null
                        returning a.id)
                    insert into pipeline.alert_deliveries (alert_id, event) select id, 'resolved' from resolved
                    """)
                {
                    Parameters =
                    {
                        new() { Value = id },
                        new() { Value = new[] { EvaluationAlerts.ReevaluationRule, EvaluationAlerts.StabilityRule } },
                        new() { Value = EvaluationAlerts.Subject("", "") },
                    },
                },
                new("delete from pipeline.schedule_texts where schedule_id = $1 returning text_id, reference_text_id") { Parameters = { new() { Value = id } } },
            },
        };
        var texts = new List<long>();
        await using (var reader = await batch.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                texts.Add(reader.GetInt64(0));
                if (!reader.IsDBNull(1))
                {
                    texts.Add(reader.GetInt64(1));
                }
            }
        }

        await using var remove = new NpgsqlCommand(
            $"delete from pipeline.texts t where t.id = any($2) and not {Need.Text("t.id", Need.Others)}", connection)
        {
            Parameters = { new() { Value = Array.Empty<long>() }, new() { Value = texts.ToArray() } },
        };
        await remove.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Compares the schedule's runs with another one from now on.</summary>
    /// <exception cref="PipelineStorageException">
    /// It is no finished run of this schedule, its scores can't be compared with today's, or the schedule checks stability.
    /// </exception>
    public async Task SetBaselineAsync(ScheduleRow schedule, long run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        if (schedule.Definition.Stability is not null)
        {
            throw new PipelineStorageException(
                $"The runs of '{schedule.Definition.Name}' are stability checks: they are measured against a limit and have no baseline.");
        }

        await using var command = dataSource.CreateCommand("""
            select e.state, sig.value,
                   (select n.value from pipeline.evaluations l join pipeline.signatures n on n.id = l.signature_id
                    where l.schedule_id = $1 and l.state = 'done' order by l.id desc limit 1)
            from pipeline.evaluations e left join pipeline.signatures sig on sig.id = e.signature_id
            where e.id = $2 and e.schedule_id = $1
            """);
        command.Parameters.Add(new() { Value = schedule.Id });
        command.Parameters.Add(new() { Value = run });
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            var name = schedule.Definition.Name;
            if (!await reader.ReadAsync(cancellationToken))
            {
                throw new PipelineStorageException($"Run {run} is no run of '{name}'. './pipeline schedule history {name}' shows them.");
            }

            if (reader.GetString(0) != "done")
            {
                throw new PipelineStorageException($"Run {run} has not finished. Wait for it, then set it as the baseline.");
            }

            if (reader.GetString(1) != reader.GetString(2))
            {
                throw new PipelineStorageException(
                    $"Run {run} was scored as '{reader.GetString(1)}' and the newest run as '{reader.GetString(2)}'. Such scores can't be compared. "
                    + "Choose a run with the signature of today, or set Pipeline:Scoring:Tokenizer back.");
            }
        }

        await using var set = dataSource.CreateCommand("update pipeline.schedules set baseline_id = $2 where id = $1");
        set.Parameters.Add(new() { Value = schedule.Id });
        set.Parameters.Add(new() { Value = run });
        await set.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<long?> InsertAsync(NpgsqlConnection connection, ScheduleDefinition definition, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            insert into pipeline.schedules (
                name, cron, time_zone, batch_id, pinned, fresh, min_drop, min_change, alarm_after, alarm_window, tenant, kind, samples, temperature)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            on conflict (name) where removed_at is null do nothing returning id
            """, connection)
        {
            Parameters =
            {
                new() { Value = definition.Name },
                new() { Value = definition.Cron },
                new() { Value = definition.TimeZone },
                new() { Value = (object?)definition.BatchId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
                new() { Value = definition.Pinned },
                new() { Value = definition.Fresh },
                new() { Value = definition.MinDrop },
                new() { Value = definition.MinChange },
                new() { Value = (short)definition.AlarmAfter },
                new() { Value = (short)definition.AlarmWindow },
                new() { Value = (object?)definition.Tenant ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                new() { Value = definition.Kind },
                new() { Value = (object?)(short?)definition.Stability?.Samples ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Smallint },
                new() { Value = (object?)definition.Stability?.Temperature ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Double },
            },
        };
        return (long?)await command.ExecuteScalarAsync(cancellationToken);
    }

    private static async Task<IReadOnlyList<ScheduleRow>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var rows = new List<ScheduleRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var definition = new ScheduleDefinition
            {
                Name = reader.GetString(1),
                Cron = reader.GetString(2),
                TimeZone = reader.GetString(3),
                BatchId = reader.IsDBNull(4) ? null : reader.GetInt64(4),
                Pinned = reader.GetInt32(5),
                Fresh = reader.GetInt32(6),
                MinDrop = reader.GetDouble(7),
                MinChange = reader.GetDouble(8),
                AlarmAfter = reader.GetInt16(9),
                AlarmWindow = reader.GetInt16(10),
                RecipeIds = reader.GetFieldValue<int[]>(11),
                Tenant = reader.IsDBNull(16) ? null : reader.GetString(16),
                Stability = reader.IsDBNull(18) ? null : new StabilitySampling(reader.GetInt16(18), reader.GetDouble(19)),
            };
            rows.Add(new ScheduleRow(
                reader.GetInt64(0), definition, reader.GetFieldValue<string[]>(12), reader.IsDBNull(13) ? null : reader.GetInt64(13),
                reader.IsDBNull(14) ? null : reader.GetInt64(14), reader.GetFieldValue<DateTimeOffset>(15),
                reader.IsDBNull(17) ? null : reader.GetFieldValue<DateTimeOffset>(17)));
        }

        return rows;
    }
}
