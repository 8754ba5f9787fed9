using Npgsql;
using NpgsqlTypes;

namespace Pipeline.Storage.Intake;

/// <summary>
/// Accepts documents: texts, documents, batch items and pending work in one commit per window of lines. Every statement is
/// insert-or-ignore, so a load that broke off is repeated from its first line without harm.
/// </summary>
public sealed class BatchIntake(NpgsqlDataSource dataSource)
{
    /// <summary>Finds the batch of this submission or creates it.</summary>
    /// <exception cref="PipelineStorageException">The name asked for belongs to another submission.</exception>
    public async Task<OpenedBatch> OpenAsync(BatchSubmission submission, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var resumed = await ResumeCancelledAsync(connection, submission, cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            if (await FindAsync(connection, submission, cancellationToken) is { } existing)
            {
                return existing with { WasCancelled = resumed };
            }

            var name = submission.Name ?? (attempt == 1 ? submission.Source : $"{submission.Source}-{attempt}");
            if (await TryCreateAsync(connection, submission, name, cancellationToken) is { } id)
            {
                return new OpenedBatch(id, name, IsLoaded: false, Resumed: false, WasCancelled: false);
            }

            // Taken: by the same submission in another process (found in the next round) or by another one.
            if (submission.Name is not null && attempt > 1)
            {
                throw new PipelineStorageException(
                    $"A batch named '{name}' exists with other content or options. Choose another --batch name.");
            }
        }
    }

    /// <summary>Accepts a window of lines in one transaction.</summary>
    /// <returns>Documents refused because their id stands on an earlier line of this batch with another text.</returns>
    public async Task<IReadOnlyList<IntakeReject>> WriteAsync(
        long batchId, BatchSubmission submission, IReadOnlyList<IntakeDocument> documents, IReadOnlyList<IntakeReject> rejects,
        CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var window = await IntakeWindow.CreateAsync(connection, transaction, batchId, submission, documents, cancellationToken);
        await window.WriteDocumentsAsync(cancellationToken);
        await window.WriteWorkAsync(cancellationToken);
        await window.WriteRejectsAsync([.. rejects, .. window.Conflicts], cancellationToken);

        // Durable from here: documents and the work they ask for. Messages follow from the dispatcher, in its own time.
        await transaction.CommitAsync(cancellationToken);
        return window.Conflicts;
    }

    /// <summary>Marks the batch as completely loaded.</summary>
    public async Task CloseAsync(long batchId, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            "update pipeline.batches set state = 'loaded', loaded_at = now() where id = $1 and state = 'loading' and cancelled_at is null");
        command.Parameters.Add(new() { Value = batchId });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Lines of a batch as they stand: accepted, duplicates among them, rejected.</summary>
    public async Task<(long Accepted, long Duplicates, long Rejected)> CountAsync(long batchId, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            select count(*), count(*) filter (where duplicate), (select count(*) from pipeline.batch_rejects where batch_id = $1)
            from pipeline.batch_items where batch_id = $1
            """);
        command.Parameters.Add(new() { Value = batchId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }

    /// <summary>A cancelled batch goes on when it is submitted again: loading it from its first line brings its work back.</summary>
    private static async Task<bool> ResumeCancelledAsync(
        NpgsqlConnection connection, BatchSubmission submission, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            update pipeline.batches set cancelled_at = null, state = 'loading', loaded_at = null
            where tenant = $1 and fingerprint = $2 and cancelled_at is not null and state <> 'pruning'
            """, connection)
        {
            Parameters = { new() { Value = submission.Tenant }, new() { Value = submission.Fingerprint } },
        };
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    private static async Task<OpenedBatch?> FindAsync(
        NpgsqlConnection connection, BatchSubmission submission, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select id, name, state from pipeline.batches where tenant = $1 and fingerprint = $2", connection)
        {
            Parameters = { new() { Value = submission.Tenant }, new() { Value = submission.Fingerprint } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return null;
        }

        var (id, name, state) = (reader.GetInt64(0), reader.GetString(1), reader.GetString(2));
        return state != "pruning"
            ? new OpenedBatch(id, name, IsLoaded: state == "loaded", Resumed: true, WasCancelled: false)
            : throw new PipelineStorageException(
                $"This submission is batch {id} '{name}', which is being pruned. Let './pipeline batch prune' come to its end and submit again.");
    }

    private static async Task<long?> TryCreateAsync(
        NpgsqlConnection connection, BatchSubmission submission, string name, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            with batch as (
                insert into pipeline.batches (tenant, name, source, fingerprint, embedder_id) values ($1, $2, $3, $4, $5)
                on conflict do nothing returning id),
            recipes as (
                insert into pipeline.batch_recipes (batch_id, recipe_id) select batch.id, unnest($6::int[]) from batch)
            select id from batch
            """, connection)
        {
            Parameters =
            {
                new() { Value = submission.Tenant },
                new() { Value = name },
                new() { Value = submission.Source },
                new() { Value = submission.Fingerprint },
                new() { Value = submission.EmbedderId },
                new() { Value = submission.RecipeIds.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer },
            },
        };
        return (long?)await command.ExecuteScalarAsync(cancellationToken);
    }
}
