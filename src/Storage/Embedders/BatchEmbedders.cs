using Npgsql;
using Pipeline.Storage.Results;
using Pipeline.Storage.Rows;

namespace Pipeline.Storage.Embedders;

/// <summary>Gives a batch a second embedder beside its own, and makes that one its own in the end.</summary>
/// <param name="lookups">The database, with plans for look-ups (<see cref="PipelineDataSource.CreateForService"/>).</param>
/// <param name="reports">The database, with the planner's freedom.</param>
public sealed class BatchEmbedders(NpgsqlDataSource lookups, NpgsqlDataSource reports)
{
    private const int WindowLines = 2000;

    /// <summary>The embedders of a batch, its own first.</summary>
    public async Task<IReadOnlyList<EmbedderProgress>> ListAsync(long batchId, CancellationToken cancellationToken)
    {
        await using var command = reports.CreateCommand("""
            select embedder_id, embedder, is_current, texts, embedded, failed from pipeline.embedder_progress where batch_id = $1 order by is_current desc, embedder
            """);
        command.Parameters.Add(new() { Value = batchId });
        var rows = new List<EmbedderProgress>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new EmbedderProgress(
                reader.GetInt32(0), reader.GetString(1), reader.GetBoolean(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5)));
        }

        return rows;
    }

    /// <summary>
    /// Asks for the vectors of a batch's texts and summaries by another embedder, and for their scores. What is there stays. Repeating it is
    /// harmless and finishes what broke off.
    /// </summary>
    /// <exception cref="PipelineStorageException">The batch is not loaded completely, or it is its own embedder already.</exception>
    public async Task AddAsync(BatchRow batch, int embedderId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        await using (var command = lookups.CreateCommand("""
            insert into pipeline.batch_embedders (batch_id, recipe_id)
            select id, $2 from pipeline.batches where id = $1 and state = 'loaded' and cancelled_at is null and embedder_id <> $2
            on conflict (batch_id, recipe_id) do update set recipe_id = excluded.recipe_id
            """))
        {
            command.Parameters.Add(new() { Value = batch.Id });
            command.Parameters.Add(new() { Value = embedderId });
            if (await command.ExecuteNonQueryAsync(cancellationToken) == 0)
            {
                throw new PipelineStorageException(
                    $"Batch '{batch.Name}' has this embedder already, is not loaded completely, or was cancelled; './pipeline batch list' tells.");
            }
        }

        for (long? line = long.MinValue; line is not null;)
        {
            line = await AddWindowAsync(batch.Id, embedderId, line.Value, cancellationToken);
        }
    }

    /// <summary>Makes an embedder that was added the batch's own; the one before stays beside it, with its vectors.</summary>
    /// <exception cref="PipelineStorageException">It was not added, or something is left to embed or score; the message says how much.</exception>
    public async Task SwitchAsync(BatchRow batch, int embedderId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var there = await ListAsync(batch.Id, cancellationToken);
        if (there.FirstOrDefault(row => row.EmbedderId == embedderId) is not { } embedder)
        {
            throw new PipelineStorageException($"Batch '{batch.Name}' has no vectors of this embedder; './pipeline embedders add' asks for them.");
        }

        if (embedder.IsCurrent)
        {
            throw new PipelineStorageException($"'{embedder.Embedder}' is the embedder of batch '{batch.Name}' already.");
        }

        await using var connection = await reports.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RemovalLock.AddAsync(connection, cancellationToken);
        var unscored = await UnscoredAsync(connection, batch.Id, cancellationToken);
        if (!embedder.IsComplete || unscored > 0)
        {
            throw new PipelineStorageException(
                $"'{embedder.Embedder}' is not ready: {embedder.Texts - embedder.Embedded - embedder.Failed} of {embedder.Texts} texts are not embedded and {unscored} summaries not scored "
                + "yet. './pipeline status' shows the workers; './pipeline embedders list' how far it is.");
        }

        await using var change = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("""
                    insert into pipeline.batch_embedders (batch_id, recipe_id)
                    select id, embedder_id from pipeline.batches where id = $1 for update on conflict do nothing
                    """) { Parameters = { new() { Value = batch.Id } } },
                new("update pipeline.batches set embedder_id = $2 where id = $1")
                {
                    Parameters = { new() { Value = batch.Id }, new() { Value = embedderId } },
                },
                new("delete from pipeline.batch_embedders where batch_id = $1 and recipe_id = $2")
                {
                    Parameters = { new() { Value = batch.Id }, new() { Value = embedderId } },
                },
            },
        };
        await change.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task<long> UnscoredAsync(NpgsqlConnection connection, long batchId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            select count(*) from pipeline.unscored u
            where u.recipe_id in (select recipe_id from pipeline.batch_recipes where batch_id = $1)
              and exists (select from pipeline.batch_items bi join pipeline.documents d on d.id = bi.document_id
                          where bi.batch_id = $1 and d.text_id = u.text_id)
            """, connection)
        {
            Parameters = { new() { Value = batchId } },
        };
        return (long)(await command.ExecuteScalarAsync(cancellationToken) ?? 0L);
    }

    // The same steps as for a submission of known texts with a new embedder (IntakeWindow), and for the same reasons in this order.
    private async Task<long?> AddWindowAsync(long batchId, int embedderId, long afterLine, CancellationToken cancellationToken)
    {
        await using var connection = await lookups.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RemovalLock.AddAsync(connection, cancellationToken);
        var (lastLine, textIds) = await WindowAsync(connection, batchId, afterLine, cancellationToken);
        if (lastLine is null)
        {
            return null;
        }

        var recipes = await RecipesAsync(connection, batchId, textIds, cancellationToken);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("insert into pipeline.work_items (recipe_id, text_id) select $1, * from unnest($2::bigint[]) order by 2 on conflict do nothing")
                {
                    Parameters = { new() { Value = embedderId }, new() { Value = textIds } },
                },
                new("select 1 from pipeline.work_items where recipe_id = any($1) and text_id = any($2) order by recipe_id, text_id for update")
                {
                    Parameters = { new() { Value = (int[])[embedderId, .. recipes] }, new() { Value = textIds } },
                },
                new("update pipeline.embeddings set is_source = true where recipe_id = $1 and text_id = any($2) and not is_source")
                {
                    Parameters = { new() { Value = embedderId }, new() { Value = textIds } },
                },
                SummaryWork.EnqueueEmbedding(recipes, textIds),
                SummaryWork.EnqueueScoring(recipes, textIds),
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return lastLine;
    }

    private static async Task<(long? LastLine, long[] TextIds)> WindowAsync(
        NpgsqlConnection connection, long batchId, long afterLine, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            select max(w.line), array_agg(distinct d.text_id order by d.text_id)
            from (select line, document_id from pipeline.batch_items where batch_id = $1 and line > $2 order by line limit $3) w
            join pipeline.documents d on d.id = w.document_id
            """, connection)
        {
            Parameters = { new() { Value = batchId }, new() { Value = afterLine }, new() { Value = WindowLines } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.IsDBNull(0) ? (null, []) : (reader.GetInt64(0), reader.GetFieldValue<long[]>(1));
    }

    // The batch's recipes, and those that they fell back to.
    private static async Task<int[]> RecipesAsync(NpgsqlConnection connection, long batchId, long[] textIds, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            select array_agg(recipe_id order by recipe_id) from (
                select recipe_id from pipeline.batch_recipes where batch_id = $1
                union select f.fallback_recipe_id from pipeline.fallbacks f join pipeline.batch_recipes br on br.batch_id = $1 and br.recipe_id = f.recipe_id
                where f.text_id = any($2) and f.fallback_recipe_id is not null) r
            """, connection)
        {
            Parameters = { new() { Value = batchId }, new() { Value = textIds } },
        };
        return (int[])(await command.ExecuteScalarAsync(cancellationToken) ?? Array.Empty<int>());
    }
}
