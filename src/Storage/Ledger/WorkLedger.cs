using Npgsql;
using NpgsqlTypes;

namespace Pipeline.Storage.Ledger;

/// <summary>
/// The worker's side of the ledger: take a chunk, begin attempts, settle, return. Every method is one transaction and may be
/// repeated after an unknown commit.
/// </summary>
/// <param name="dataSource">The database.</param>
/// <param name="table">The work; a text's id in this class is the key of an item there.</param>
public sealed class WorkLedger(NpgsqlDataSource dataSource, WorkTable table)
{
    /// <summary>The ledger of production.</summary>
    public WorkLedger(NpgsqlDataSource dataSource)
        : this(dataSource, WorkTable.Texts)
    {
    }

    /// <summary>After this many attempts without a result a text is quarantined.</summary>
    public const int MaxAttempts = 3;

    /// <summary>
    /// Keeps a chunk for a lease without beginning its texts, so that it does not count as lost while its engine gets ready. Nothing happens
    /// when the message is stale.
    /// </summary>
    public async Task HoldAsync(long chunkId, string worker, TimeSpan lease, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            "update pipeline.chunks set begun_at = coalesce(begun_at, now()), lease_until = now() + $2, worker = $3 where id = $1");
        command.Parameters.Add(new() { Value = chunkId });
        command.Parameters.Add(new() { Value = lease });
        command.Parameters.Add(new() { Value = worker });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// Takes a chunk: renews its lease, commits the first attempt of its fresh texts, quarantines those whose attempts are used up.
    /// </summary>
    /// <returns>Null when the chunk was settled or sent again under another id: the message is stale and can be acknowledged.</returns>
    public async Task<WorkChunk?> TakeAsync(long chunkId, string worker, TimeSpan lease, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands =
            {
                new("""
                    update pipeline.chunks set begun_at = coalesce(begun_at, now()), lease_until = now() + $2, worker = $3
                    where id = $1 returning recipe_id
                    """)
                {
                    Parameters = { new() { Value = chunkId }, new() { Value = lease }, new() { Value = worker } },
                },
                new($"""
                    update {table.Name}
                    set state = 'quarantined', chunk_id = null, updated_at = now(), error_code = coalesce(error_code, 'worker-lost'),
                        error_reason = coalesce(error_reason,
                            'The worker ended or lost its lease during each of ' || attempts || ' attempts, the last ones with this text alone')
                    where chunk_id = $1 and attempts >= {MaxAttempts}
                    """)
                {
                    Parameters = { new() { Value = chunkId } },
                },
                // The old number of attempts tells fresh texts from those that must run alone. Those wait for their turn as pending:
                // only what runs has an attempt that a stop gives back.
                new($"""
                    with item as (
                        select recipe_id, text_id, {table.Key} as key, attempts from {table.Name} where chunk_id = $1 for update),
                    fresh as (
                        update {table.Name} w set state = 'running', attempts = 1, updated_at = now()
                        from item where item.attempts = 0 and w.recipe_id = item.recipe_id and w.{table.Key} = item.key),
                    left_running as (
                        update {table.Name} w set state = 'pending', updated_at = now()
                        from item where item.attempts > 0 and w.state = 'running' and w.recipe_id = item.recipe_id and w.{table.Key} = item.key)
                    select item.key, t.body, item.attempts from item join pipeline.texts t on t.id = item.text_id order by item.key
                    """)
                {
                    Parameters = { new() { Value = chunkId } },
                },
            },
        };
        var together = new List<WorkText>();
        var alone = new List<WorkText>();
        int recipeId;
        await using (var reader = await batch.ExecuteReaderAsync(cancellationToken))
        {
            if (!await reader.ReadAsync(cancellationToken))
            {
                return null;
            }

            recipeId = reader.GetInt32(0);
            await reader.NextResultAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                var attempts = reader.GetInt16(2);
                (attempts == 0 ? together : alone).Add(new WorkText(reader.GetInt64(0), reader.GetString(1), Math.Max(1, (int)attempts)));
            }
        }

        // Durable from here: the attempts. A crash before a result leaves them counted, and the next taker runs these texts alone.
        await transaction.CommitAsync(cancellationToken);
        return new WorkChunk(chunkId, recipeId, together, alone);
    }

    /// <summary>Commits one more attempt of a text that runs alone: number <paramref name="attempt"/>, also when it is said twice.</summary>
    /// <returns>False when the text is no longer part of the chunk.</returns>
    public async Task<bool> BeginAloneAsync(long chunkId, int recipeId, long textId, int attempt, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"""
            update {table.Name} set state = 'running', attempts = $4, updated_at = now()
            where recipe_id = $1 and {table.Key} = $2 and chunk_id = $3 and attempts in ($4 - 1, $4)
            """);
        command.Parameters.Add(new() { Value = recipeId });
        command.Parameters.Add(new() { Value = textId });
        command.Parameters.Add(new() { Value = chunkId });
        command.Parameters.Add(new() { Value = (short)attempt });
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>Refuses every open text of a chunk for the same reason and ends the chunk.</summary>
    public async Task RejectAsync(long chunkId, string code, string reason, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"""
            with refused as (
                update {table.Name}
                set state = 'rejected', chunk_id = null, error_code = $2, error_reason = $3, updated_at = now()
                where chunk_id = $1)
            delete from pipeline.chunks where id = $1
            """);
        command.Parameters.Add(new() { Value = chunkId });
        command.Parameters.Add(new() { Value = code });
        command.Parameters.Add(new() { Value = reason });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Keeps the chunk from being sent again while it is worked on.</summary>
    public async Task RenewLeaseAsync(long chunkId, TimeSpan lease, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("update pipeline.chunks set lease_until = now() + $2 where id = $1");
        command.Parameters.Add(new() { Value = chunkId });
        command.Parameters.Add(new() { Value = lease });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// Writes results and their work items' end in one transaction. A text settled elsewhere in the meantime keeps its first result.
    /// </summary>
    /// <param name="chunk">The chunk.</param>
    /// <param name="results">Finished texts.</param>
    /// <param name="failures">Failed texts: rejected when final or out of attempts, otherwise pending again.</param>
    /// <param name="writer">Stores the results.</param>
    /// <param name="closeChunk">True with the last results: texts that never ran are returned uncounted and the chunk ends.</param>
    /// <param name="cancellationToken">Cancels the transaction as a whole.</param>
    public async Task SettleAsync<T>(
        WorkChunk chunk,
        IReadOnlyList<TextResult<T>> results,
        IReadOnlyList<(WorkText Text, WorkFailure Failure)> failures,
        IResultWriter<T> writer,
        bool closeChunk,
        CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction);
        if (results.Count > 0)
        {
            batch.BatchCommands.Add(RemovalLock.Add());

            // First the items, then the results: a submission that adds work for the same text waits here and sees what we wrote.
            batch.BatchCommands.Add(new($"""
                update {table.Name}
                set state = 'done', chunk_id = null, error_code = null, error_reason = null, updated_at = now()
                where recipe_id = $1 and {table.Key} = any($2) and state <> 'done'
                """)
            {
                Parameters =
                {
                    new() { Value = chunk.RecipeId },
                    new() { Value = results.Select(result => result.TextId).ToArray() },
                },
            });
            writer.Append(batch, chunk.RecipeId, results);
        }

        foreach (var (text, failure) in failures)
        {
            batch.BatchCommands.Add(FailureCommand(chunk, text, failure));
        }

        if (closeChunk)
        {
            batch.BatchCommands.Add(new($"""
                update {table.Name}
                set state = 'pending', chunk_id = null, attempts = attempts - case when state = 'running' then 1 else 0 end, updated_at = now()
                where chunk_id = $1
                """)
            {
                Parameters = { new() { Value = chunk.Id } },
            });
            batch.BatchCommands.Add(new("delete from pipeline.chunks where id = $1") { Parameters = { new() { Value = chunk.Id } } });
        }

        if (batch.BatchCommands.Count > 0)
        {
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>
    /// Keeps how long a recipe's texts take, for the size of its next chunks. Nothing is written when that stays the same, so that fast recipes do
    /// not write for every chunk.
    /// </summary>
    /// <param name="recipeId">The recipe.</param>
    /// <param name="secondsPerText">Measured; what chunks of 1 and of the most texts need bounds what is kept.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RecordRateAsync(int recipeId, double secondsPerText, CancellationToken cancellationToken)
    {
        const double Most = DispatchLedger.MaxChunkSeconds, Least = Most / DispatchLedger.MaxChunkSize;
        var seconds = (float)Math.Clamp(secondsPerText, Least, Most);
        await using var command = dataSource.CreateCommand("""
            update pipeline.recipes set seconds_per_text = $2
            where id = $1 and least($4, greatest(1, floor($5 / seconds_per_text))) <> $3
            """);
        command.Parameters.Add(new() { Value = recipeId });
        command.Parameters.Add(new() { Value = seconds });
        command.Parameters.Add(new() { Value = (double)DispatchLedger.ChunkSize(seconds) });
        command.Parameters.Add(new() { Value = (double)DispatchLedger.MaxChunkSize });
        command.Parameters.Add(new() { Value = Most });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private NpgsqlBatchCommand FailureCommand(WorkChunk chunk, WorkText text, WorkFailure failure)
    {
        var state = failure.IsFinal ? "rejected" : text.Attempts >= MaxAttempts ? "quarantined" : "pending";
        return new NpgsqlBatchCommand($"""
            update {table.Name} set state = $3, chunk_id = null, error_code = $4, error_reason = $5, updated_at = now()
            where recipe_id = $1 and {table.Key} = $2 and state in ('pending', 'running')
            """)
        {
            Parameters =
            {
                new() { Value = chunk.RecipeId },
                new() { Value = text.Id },
                new() { Value = state },
                new() { Value = failure.Code, NpgsqlDbType = NpgsqlDbType.Text },
                new() { Value = failure.Reason, NpgsqlDbType = NpgsqlDbType.Text },
            },
        };
    }
}
