using Npgsql;
using Pipeline.Storage.Reports;
using Pipeline.Storage.Rows;

namespace Pipeline.Storage.Batches;

/// <summary>
/// Stops a batch: takes its pending work out of the ledger, as far as no batch that goes on needs it. What a worker has begun runs to
/// its end.
/// </summary>
/// <param name="lookups">The database, with plans for look-ups (<see cref="PipelineDataSource.CreateForService"/>).</param>
/// <param name="reports">Tells whether there is anything to cancel.</param>
/// <param name="outages">Repeats a window that met an outage, or a worker in a deadlock.</param>
public sealed class BatchCanceller(NpgsqlDataSource lookups, BatchReports reports, OutageRetry outages)
{
    private const int WindowLines = 5000;

    /// <summary>Cancels. Repeating it is harmless and finishes a cancellation that was interrupted.</summary>
    /// <exception cref="PipelineStorageException">The batch is finished, or is being pruned.</exception>
    public async Task<CancelOutcome> CancelAsync(BatchRow batch, CancellationToken cancellationToken)
    {
        var progress = await reports.ProgressAsync(batch.Id, newest: 0, cancellationToken);
        if (progress.All(row => row is { IsFinished: true, BatchState: "loaded" }))
        {
            throw new PipelineStorageException($"Batch {batch.Id} '{batch.Name}' is finished: there is nothing left to cancel.")
            {
                Chinese = $"批次 {batch.Id} '{batch.Name}' 已完成，无可取消。",
            };
        }

        // Durable from here: no further line is loaded. A cancellation that breaks off after it is repeated.
        var isFirst = await outages.RunAsync(token => MarkAsync(batch, token), cancellationToken);
        var taken = 0L;
        for (long? line = long.MinValue; line is not null;)
        {
            var after = line.Value;
            (line, var count) = await outages.RunAsync(token => ClearWindowAsync(batch.Id, after, token), cancellationToken);
            taken += count;
        }

        return new CancelOutcome(!isFirst, taken);
    }

    private async Task<bool> MarkAsync(BatchRow batch, CancellationToken cancellationToken)
    {
        await using var connection = await lookups.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RemovalLock.RemoveAsync(connection, cancellationToken);
        await using var command = new NpgsqlCommand("""
            with mark as (
                update pipeline.batches set cancelled_at = now() where id = $1 and cancelled_at is null and state <> 'pruning' returning 1)
            select exists (select from mark), state = 'pruning' from pipeline.batches where id = $1
            """, connection)
        {
            Parameters = { new() { Value = batch.Id } },
        };
        var (marked, isPruned) = (false, true);
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            if (await reader.ReadAsync(cancellationToken))
            {
                (marked, isPruned) = (reader.GetBoolean(0), reader.GetBoolean(1));
            }
        }

        await transaction.CommitAsync(cancellationToken);
        return isPruned
            ? throw new PipelineStorageException($"Batch {batch.Id} '{batch.Name}' is being pruned: there is nothing left to cancel.")
            : marked;
    }

    /// <summary>Takes out the pending work of some lines.</summary>
    /// <returns>The last of these lines, null when there are no more; and the number of work items.</returns>
    private async Task<(long? LastLine, long WorkItems)> ClearWindowAsync(long batchId, long afterLine, CancellationToken cancellationToken)
    {
        await using var connection = await lookups.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RemovalLock.RemoveAsync(connection, cancellationToken);
        await using var command = new NpgsqlCommand($"""
            with line as (
                select line, document_id from pipeline.batch_items where batch_id = $1 and line > $2 order by line limit $3),
            asked as (
                select d.text_id, b.embedder_id, br.recipe_id
                from line join pipeline.documents d on d.id = line.document_id
                cross join (select embedder_id from pipeline.batches where id = $1
                            union select recipe_id from pipeline.batch_embedders where batch_id = $1) b
                join pipeline.batch_recipes br on br.batch_id = $1),
            source as (
                select text_id, embedder_id, recipe_id from asked
                union select k.text_id, k.embedder_id, f.fallback_recipe_id
                from asked k join pipeline.fallbacks f on f.text_id = k.text_id and f.recipe_id = k.recipe_id),
            item as (
                select embedder_id as recipe_id, text_id from source
                union select recipe_id, text_id from source
                union select o.embedder_id, s.summary_text_id
                from source o join pipeline.summaries s on s.text_id = o.text_id and s.recipe_id = o.recipe_id),
            taken as (
                delete from pipeline.work_items w using item i
                where w.text_id = i.text_id and w.recipe_id = i.recipe_id and w.state = 'pending' and not {Need.Work("w", Need.Active)}
                returning 1)
            select (select max(line) from line), (select count(*) from taken)
            """, connection)
        {
            Parameters = { new() { Value = batchId }, new() { Value = afterLine }, new() { Value = WindowLines } },
        };
        long? lastLine;
        long workItems;
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            await reader.ReadAsync(cancellationToken);
            (lastLine, workItems) = (reader.IsDBNull(0) ? null : reader.GetInt64(0), reader.GetInt64(1));
        }

        await transaction.CommitAsync(cancellationToken);
        return (lastLine, workItems);
    }
}
