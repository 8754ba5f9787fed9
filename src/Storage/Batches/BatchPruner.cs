using Npgsql;
using Pipeline.Storage.Vectors;

namespace Pipeline.Storage.Batches;

/// <summary>
/// Removes finished batches with everything that no other batch needs. A batch goes line window by line window, each one transaction;
/// an interrupted pruning leaves it in the state <c>pruning</c>, and the next one goes on with it.
/// </summary>
/// <param name="dataSource">The database, for counting.</param>
/// <param name="lookups">The same with plans for look-ups (<see cref="PipelineDataSource.CreateForService"/>), for removing.</param>
/// <param name="vectors">The vector indexes.</param>
/// <param name="outages">Repeats a window that met an outage.</param>
/// <param name="onIndexDropped">Told the vector index that was in the way.</param>
public sealed class BatchPruner(
    NpgsqlDataSource dataSource, NpgsqlDataSource lookups, VectorIndexes vectors, OutageRetry outages, Action<VectorIndexRow> onIndexDropped)
{
    private const int WindowRefusedLines = 10_000;

    /// <summary>Batches that were loaded or cancelled this long ago and have nothing left to do, oldest first.</summary>
    public async Task<IReadOnlyList<PruneCandidate>> FindAsync(TimeSpan olderThan, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            select batch_id, batch from pipeline.batch_progress
            where batch_id = any(array(
                select id from pipeline.batches where state = 'pruning' or coalesce(cancelled_at, loaded_at) < now() - $1))
            group by batch_id, batch
            having bool_and(batch_state = 'pruning' or settled_steps = 4 * accepted)
            order by batch_id
            """);
        command.Parameters.Add(new() { Value = olderThan });
        var candidates = new List<PruneCandidate>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            candidates.Add(new PruneCandidate(reader.GetInt64(0), reader.GetString(1)));
        }

        return candidates;
    }

    /// <summary>Counts what removing these batches together would remove; changes nothing.</summary>
    public async Task<PruneCounts> CountAsync(IReadOnlyList<PruneCandidate> batches, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(PruneStatements.Count);
        command.Parameters.Add(new() { Value = batches.Select(batch => batch.Id).ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new PruneCounts(
            reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5),
            reader.GetInt64(6), reader.GetInt64(7));
    }

    /// <summary>Removes one batch.</summary>
    /// <param name="batch">From <see cref="FindAsync"/>.</param>
    /// <param name="progress">Told the sum so far after each window.</param>
    /// <param name="cancellationToken">Stops between two windows.</param>
    /// <exception cref="PipelineStorageException">The batch is at work again; nothing of its open work is removed.</exception>
    public async Task<PruneCounts> PruneAsync(PruneCandidate batch, IProgress<PruneCounts> progress, CancellationToken cancellationToken)
    {
        // Durable from here: the batch can be neither resumed by a submission nor taken for complete.
        if (!await outages.RunAsync(token => MarkAsync(batch.Id, token), cancellationToken))
        {
            return PruneCounts.Zero;
        }

        await DropEndangeredIndexAsync(batch.Id, cancellationToken);
        var total = PruneCounts.Zero;
        for (long? line = long.MinValue; line is not null;)
        {
            var after = line.Value;
            (line, var removed) = await outages.RunAsync(token => PruneWindow.RemoveAsync(lookups, batch, after, token), cancellationToken);
            total += removed;
            progress.Report(total);
        }

        for (var refused = WindowRefusedLines; refused == WindowRefusedLines;)
        {
            refused = await outages.RunAsync(token => RemoveRefusedAsync(batch.Id, token), cancellationToken);
            total += PruneCounts.Zero with { RefusedLines = refused };
        }

        await outages.RunAsync(token => RemoveBatchAsync(batch.Id, token), cancellationToken);
        return total;
    }

    private async Task<bool> MarkAsync(long batchId, CancellationToken cancellationToken)
    {
        // A cancelled batch may have been submitted again since it was found.
        await using var command = lookups.CreateCommand(
            "update pipeline.batches set state = 'pruning' where id = $1 and (state <> 'loading' or cancelled_at is not null)");
        command.Parameters.Add(new() { Value = batchId });
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>Where vacuum may damage a vector index when it removes rows, there must be no index when rows are deleted.</summary>
    private async Task DropEndangeredIndexAsync(long batchId, CancellationToken cancellationToken)
    {
        if ((await PgvectorVersion.ReadAsync(dataSource, cancellationToken)).IsSound)
        {
            return;
        }

        await using var command = dataSource.CreateCommand("""
            select array_agg(recipe_id) from (
                select embedder_id as recipe_id from pipeline.batches where id = $1
                union select recipe_id from pipeline.batch_embedders where batch_id = $1) e
            """);
        command.Parameters.Add(new() { Value = batchId });
        var embedders = (int[])(await command.ExecuteScalarAsync(cancellationToken))!;
        foreach (var index in await vectors.ListAsync(cancellationToken))
        {
            if (embedders.Contains(index.EmbedderId) && index.State != VectorIndexState.None)
            {
                await vectors.DropAsync(index.EmbedderId, cancellationToken);
                onIndexDropped(index);
            }
        }
    }

    private async Task<int> RemoveRefusedAsync(long batchId, CancellationToken cancellationToken)
    {
        await using var command = lookups.CreateCommand("""
            delete from pipeline.batch_rejects where batch_id = $1
              and line = any(array(select line from pipeline.batch_rejects where batch_id = $1 order by line limit $2))
            """);
        command.Parameters.Add(new() { Value = batchId });
        command.Parameters.Add(new() { Value = WindowRefusedLines });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task RemoveBatchAsync(long batchId, CancellationToken cancellationToken)
    {
        await using var command = lookups.CreateCommand("""
            with recipes as (delete from pipeline.batch_recipes where batch_id = $1)
            delete from pipeline.batches where id = $1
            """);
        command.Parameters.Add(new() { Value = batchId });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
