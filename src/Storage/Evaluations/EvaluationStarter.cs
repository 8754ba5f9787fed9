using Npgsql;
using NpgsqlTypes;

namespace Pipeline.Storage.Evaluations;

/// <summary>
/// Starts runs: one transaction that draws the sample and writes the generations to be made. From its commit on the dispatcher sends
/// them, workers make them and Scoring scores them; whoever started the run is not needed any more.
/// </summary>
public sealed class EvaluationStarter(NpgsqlDataSource dataSource)
{
    /// <summary>Starts a run of a schedule, unless one is going on.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="request">Names the wish: the same request finds the run that it started, however often it is repeated.</param>
    /// <param name="cancellationToken">Cancels the transaction as a whole.</param>
    public Task<RunStart> StartReevaluationAsync(ScheduleRow schedule, string request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        return StartAsync(schedule, [.. schedule.Definition.RecipeIds.Select(id => new SampledVariant(id, id, 1, null))], request, cancellationToken);
    }

    /// <summary>Starts a run of a schedule with what its recipes come to, unless one is going on.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="variants">What generates: the recipes themselves, or for stability their variants.</param>
    /// <param name="request">Names the wish: the same request finds the run that it started, however often it is repeated.</param>
    /// <param name="cancellationToken">Cancels the transaction as a whole.</param>
    public async Task<RunStart> StartAsync(
        ScheduleRow schedule, IReadOnlyList<SampledVariant> variants, string request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RemovalLock.AddAsync(connection, cancellationToken);

        // Waits for a transaction that is about to start the same run, and then finds it.
        await using var insert = new NpgsqlCommand("""
            insert into pipeline.evaluations (kind, schedule_id, request, temperature, last_document_id)
            values ($1, $2, $3, $4, (select coalesce(max(id), 0) from pipeline.documents))
            on conflict do nothing returning id
            """, connection)
        {
            Parameters =
            {
                new() { Value = schedule.Definition.Kind },
                new() { Value = schedule.Id },
                new() { Value = request },
                new() { Value = (object?)(float?)schedule.Definition.Stability?.Temperature ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Real },
            },
        };
        if (await insert.ExecuteScalarAsync(cancellationToken) is not long run)
        {
            return await FindAsync(connection, schedule.Id, request, cancellationToken);
        }

        // A stability check has one figure over all of its texts.
        var (pinned, fresh) = schedule.Definition.Stability is null ? ("pinned", "fresh") : ("stability", "stability");
        var texts = await AddPinnedAsync(connection, schedule.Id, run, pinned, cancellationToken);
        if (schedule.Definition.Fresh > 0)
        {
            texts += await SampleDraw.InsertAsync(
                connection, "pipeline.evaluation_texts (evaluation_id, part, text_id, reference_text_id)", $"{run}, '{fresh}'",
                schedule.Definition.Tenant, schedule.Definition.BatchId, await PreviousDocumentAsync(connection, schedule, run, cancellationToken), schedule.Id, seed: run,
                schedule.Definition.Fresh, cancellationToken);
        }

        await AddGenerationsAsync(connection, run, variants, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new RunStart(run, true, texts);
    }

    /// <summary>Starts a stability check: every text once under each variant.</summary>
    /// <param name="variants">What generates; empty when all recipes are deterministic.</param>
    /// <param name="temperature">Temperature of the variants.</param>
    /// <param name="batchId">Only documents of this batch; null for all.</param>
    /// <param name="texts">How many.</param>
    /// <param name="cancellationToken">Cancels the transaction as a whole.</param>
    /// <exception cref="PipelineStorageException">There are too few texts.</exception>
    public async Task<RunStart> StartStabilityAsync(
        IReadOnlyList<SampledVariant> variants, double temperature, long? batchId, int texts, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RemovalLock.AddAsync(connection, cancellationToken);
        await using var insert = new NpgsqlCommand(
            "insert into pipeline.evaluations (kind, temperature) values ('stability', $1) returning id", connection)
        {
            Parameters = { new() { Value = (float)temperature } },
        };
        var run = (long)(await insert.ExecuteScalarAsync(cancellationToken))!;
        var drawn = await SampleDraw.InsertAsync(
            connection, "pipeline.evaluation_texts (evaluation_id, part, text_id, reference_text_id)", $"{run}, 'stability'", tenant: null, batchId,
            afterDocumentId: 0, withoutSchedule: null, seed: run, texts, cancellationToken);
        if (drawn < ScheduleDefinition.MinTexts)
        {
            throw new PipelineStorageException(
                $"The check needs at least {ScheduleDefinition.MinTexts} texts to tell chance from change, and there are {drawn}. Submit more first.");
        }

        await AddGenerationsAsync(connection, run, variants, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new RunStart(run, true, drawn);
    }

    private static async Task<RunStart> FindAsync(NpgsqlConnection connection, long scheduleId, string request, CancellationToken cancellationToken)
    {
        await using var find = new NpgsqlCommand("""
            select e.id, (select count(*) from pipeline.evaluation_texts t where t.evaluation_id = e.id)::int
            from pipeline.evaluations e where e.schedule_id = $1 and (e.request = $2 or e.state = 'running')
            order by e.request = $2 desc limit 1
            """, connection)
        {
            Parameters = { new() { Value = scheduleId }, new() { Value = request } },
        };
        await using var reader = await find.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new RunStart(reader.GetInt64(0), false, reader.GetInt32(1))
            : throw new PipelineStorageException("The run that was going on has just ended. Try again.");
    }

    private static async Task<int> AddPinnedAsync(
        NpgsqlConnection connection, long scheduleId, long run, string part, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            insert into pipeline.evaluation_texts (evaluation_id, text_id, part, reference_text_id)
            select $2, text_id, $3, reference_text_id from pipeline.schedule_texts where schedule_id = $1
            """, connection)
        {
            Parameters = { new() { Value = scheduleId }, new() { Value = run }, new() { Value = part } },
        };
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The newest document that the run before knew of. To the first run everything is new: it shows what the input was like until now.</summary>
    private static async Task<long> PreviousDocumentAsync(NpgsqlConnection connection, ScheduleRow schedule, long run, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select last_document_id from pipeline.evaluations where schedule_id = $1 and id < $2 order by id desc limit 1", connection)
        {
            Parameters = { new() { Value = schedule.Id }, new() { Value = run } },
        };
        return (long?)await command.ExecuteScalarAsync(cancellationToken) ?? 0;
    }

    private static async Task AddGenerationsAsync(
        NpgsqlConnection connection, long run, IReadOnlyList<SampledVariant> variants, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            insert into pipeline.generations (evaluation_id, text_id, recipe_id, of_recipe_id, sample, seed)
            select $1, t.text_id, v.recipe_id, v.of_recipe_id, v.sample, v.seed
            from pipeline.evaluation_texts t, unnest($2::int[], $3::int[], $4::int[], $5::int[]) as v(recipe_id, of_recipe_id, sample, seed)
            where t.evaluation_id = $1
            order by v.recipe_id, t.text_id
            """, connection)
        {
            Parameters =
            {
                new() { Value = run },
                new() { Value = variants.Select(variant => variant.RecipeId).ToArray() },
                new() { Value = variants.Select(variant => variant.OfRecipeId).ToArray() },
                new() { Value = variants.Select(variant => variant.Sample).ToArray() },
                new() { Value = variants.Select(variant => variant.Seed).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
