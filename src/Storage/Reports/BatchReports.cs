using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;
using Pipeline.Storage.Rows;

namespace Pipeline.Storage.Reports;

/// <summary>Reads batches, their progress, results and failures. All from the documented views.</summary>
public sealed class BatchReports(NpgsqlDataSource dataSource)
{
    private const string StatisticsColumns =
        "x.signature, x.coverage, x.density, x.compression_newsroom, x.novel_1gram, x.novel_2gram, "
        + "x.novel_3gram, x.repeated_1gram, x.repeated_2gram, x.number_precision, x.facts::bigint, "
        + "x.fact_precision, x.unsupported::text, x.at_risk, x.failures";

    private const string StatisticsJoin =
        "left join pipeline.text_scores x on x.batch_id = $1 and x.line = r.line and x.recipe = r.recipe and x.line > $3 and x.line <= $4";

    private const string NoStatistics = ", null, null, null, null, null, null, null, null, null, null, null, null, null, null, null";

    /// <summary>Finds a batch by id or name.</summary>
    /// <exception cref="PipelineStorageException">There is none, or one per tenant; the message says what to name.</exception>
    public async Task<BatchRow> FindAsync(string idOrName, CancellationToken cancellationToken)
    {
        await using var context = PipelineDbContext.Create(dataSource);
        var named = await context.Batches.Where(row => row.Name == idOrName).Take(2).ToListAsync(cancellationToken);
        if (named.Count > 1)
        {
            throw new PipelineStorageException($"Several tenants have a batch '{idOrName}'. Name it by its id.");
        }

        var batch = named.SingleOrDefault();
        if (batch is null && long.TryParse(idOrName, out var id))
        {
            batch = await context.Batches.FirstOrDefaultAsync(row => row.Id == id, cancellationToken);
        }

        if (batch is not null)
        {
            return batch;
        }

        var latest = await context.Batches.OrderByDescending(row => row.Id).Take(5).Select(row => row.Name).ToListAsync(cancellationToken);
        throw new PipelineStorageException(latest.Count == 0
            ? $"There is no batch '{idOrName}': nothing was submitted yet."
            : $"There is no batch '{idOrName}'. The latest are: {string.Join(", ", latest)}.")
        {
            Chinese = latest.Count == 0 ? $"没有批次 '{idOrName}'：尚未提交过任何批次。" : $"没有批次 '{idOrName}'。最近的批次：{string.Join("、", latest)}。",
        };
    }

    /// <summary>Progress of one batch, or of the newest ones.</summary>
    public async Task<IReadOnlyList<BatchProgressRow>> ProgressAsync(long? batchId, int newest, CancellationToken cancellationToken)
    {
        await using var context = PipelineDbContext.Create(dataSource);
        if (batchId is { } id)
        {
            return await context.BatchProgress.Where(row => row.BatchId == id).OrderBy(row => row.Recipe).ToListAsync(cancellationToken);
        }

        var ids = await context.Batches.OrderByDescending(row => row.Id).Take(newest).Select(row => row.Id).ToListAsync(cancellationToken);
        return await ProgressAsync([.. ids.Order()], cancellationToken);
    }

    /// <summary>Progress of the newest batches.</summary>
    /// <param name="tenant">Only those of this tenant, or null for all.</param>
    /// <param name="before">Only those submitted before the batch of this id, or null for the newest of all.</param>
    /// <param name="newest">How many at most.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Their progress, newest first, and whether there are older ones.</returns>
    public async Task<(IReadOnlyList<BatchProgressRow> Rows, bool HasOlder)> NewestProgressAsync(
        string? tenant, long? before, int newest, CancellationToken cancellationToken)
    {
        await using var context = PipelineDbContext.Create(dataSource);
        var ids = await context.Batches.Where(row => (tenant == null || row.Tenant == tenant) && (before == null || row.Id < before))
            .OrderByDescending(row => row.Id).Take(newest + 1).Select(row => row.Id).ToListAsync(cancellationToken);
        return (await ProgressAsync([.. ids.Take(newest)], cancellationToken), ids.Count > newest);
    }

    /// <summary>Progress of some batches, in the order given.</summary>
    internal async Task<IReadOnlyList<BatchProgressRow>> ProgressAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        // One by one: then the planner knows how large each is. For several together it assumes the average, and goes through a large one by index.
        var rows = new List<BatchProgressRow>();
        foreach (var id in ids)
        {
            rows.AddRange(await ProgressAsync(id, newest: 0, cancellationToken));
        }

        return rows;
    }

    /// <summary>The recipes that a batch runs.</summary>
    public async Task<IReadOnlyList<BatchRecipe>> RecipesAsync(long batchId, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            select r.id, r.name from pipeline.batch_recipes b join pipeline.recipes r on r.id = b.recipe_id where b.batch_id = $1 order by r.name, r.id
            """);
        command.Parameters.Add(new() { Value = batchId });
        var rows = new List<BatchRecipe>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new BatchRecipe(reader.GetInt32(0), reader.GetString(1)));
        }

        return rows;
    }

    /// <summary>Work by stage, counted in the ledger.</summary>
    public async Task<IReadOnlyList<QueueRow>> QueuesAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            select s.stage, coalesce(w.pending, 0), coalesce(w.running, 0), coalesce(w.quarantined, 0),
                   (select count(*) from pipeline.chunks c join pipeline.recipes r on r.id = c.recipe_id where r.stage = s.stage)
            from (values ('embed'), ('summarize')) s(stage)
            left join (
                select r.stage, count(*) filter (where w.state = 'pending') as pending, count(*) filter (where w.state = 'running') as running,
                       count(*) filter (where w.state = 'quarantined') as quarantined
                from pipeline.work_items w join pipeline.recipes r on r.id = w.recipe_id group by r.stage) w using (stage)
            order by s.stage
            """);
        var rows = new List<QueueRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new QueueRow(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4)));
        }

        return rows;
    }

    /// <summary>Every line of a batch in input order, refused lines included, streamed.</summary>
    /// <param name="batchId">The batch.</param>
    /// <param name="recipe">Only this recipe; null for all of them.</param>
    /// <param name="statistics">Whether text statistics come along.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public IAsyncEnumerable<ResultRow> ResultsAsync(long batchId, string? recipe, bool statistics, CancellationToken cancellationToken) =>
        ResultsAsync(batchId, recipe, statistics, long.MinValue, long.MaxValue, cancellationToken);

    /// <summary>The same for the lines after <paramref name="afterLine"/>, up to and with <paramref name="lastLine"/>.</summary>
    internal async IAsyncEnumerable<ResultRow> ResultsAsync(
        long batchId, string? recipe, bool statistics, long afterLine, long lastLine, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"""
            select r.line, r.id, r.state, r.recipe, r.summary, r.error, r.finish_reason, r.truncated, r.cosine, r.compression,
                   r.rouge1_f, r.rouge2_f, r.rougel_f, r.rougelsum_f, r.summarized_at, r.prompt_tokens, r.output_tokens, r.flags,
                   r.source, concat_ws('/', p.engine, p.engine_version), p.model, p.recipe_sha256, p.embedder, p.embedder_sha256, r.rouge_signature,
                   r.source_tokens, r.read_tokens,
                   (select c.category from pipeline.line_categories c where c.batch_id = $1 and c.line = r.line){(statistics ? ", " + StatisticsColumns : "")}
            from pipeline.results r join pipeline.provenance p on p.batch_id = $1 and p.recipe = r.recipe
            {(statistics ? StatisticsJoin : "")}
            where r.batch_id = $1 and ($2::text is null or r.recipe = $2) and r.line > $3 and r.line <= $4
            union all
            select line, external_id, 'rejected', null, null, 'ingest: ' || code || ': ' || reason, null, null, null, null, null, null, null, null,
                   null, null, null, null, null, null, null, null, null, null, null, null, null, null{(statistics ? NoStatistics : "")}
            from pipeline.batch_rejects where batch_id = $1 and line > $3 and line <= $4
            order by line, recipe
            """);
        command.Parameters.Add(new() { Value = batchId });
        command.Parameters.Add(new() { Value = (object?)recipe ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = afterLine });
        command.Parameters.Add(new() { Value = lastLine });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            yield return new ResultRow(
                reader.GetInt64(0), Text(1), reader.GetString(2), Text(3), Text(4), Text(5), Text(6), reader.IsDBNull(7) ? null : reader.GetBoolean(7),
                Number(8), Number(9), Number(10), Number(11), Number(12), Number(13),
                reader.IsDBNull(14) ? null : reader.GetFieldValue<DateTimeOffset>(14), Count(15), Count(16),
                reader.IsDBNull(17) ? null : reader.GetFieldValue<string[]>(17))
            {
                Category = Text(27),
                Provenance = reader.IsDBNull(18)
                    ? null
                    : new(Text(18), Text(19), Text(20), Text(21), Text(22), Text(23), Text(24), Count(25), Count(26)),
                Statistics = !statistics || reader.IsDBNull(28)
                    ? null
                    : new(
                        reader.GetString(28), Number(29), Number(30), Number(31), Number(32), Number(33), Number(34), Number(35), Number(36), Number(37),
                        reader.GetInt64(38), Number(39), reader.GetString(40), reader.GetFieldValue<string[]>(41), reader.GetFieldValue<string[]>(42)),
            };
        }

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
        double? Number(int column) => reader.IsDBNull(column) ? null : reader.GetDouble(column);
        int? Count(int column) => reader.IsDBNull(column) ? null : reader.GetInt32(column);
    }

    /// <summary>What failed, newest batch first.</summary>
    /// <param name="batchId">Only this batch; null for all, with what belongs to none.</param>
    /// <param name="afterLine">Only lines behind this one, and only with a batch.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async IAsyncEnumerable<FailureRow> FailuresAsync(
        long? batchId, long? afterLine, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            select batch, line, id, step, recipe, state, attempts::int, error_code, error_reason from pipeline.failures
            where ($1::bigint is null or batch_id = $1) and ($2::bigint is null or line > $2)
            order by batch_id desc nulls last, line, step
            """);
        command.Parameters.Add(new() { Value = (object?)batchId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        command.Parameters.Add(new() { Value = (object?)afterLine ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            yield return new FailureRow(
                Text(0), reader.IsDBNull(1) ? null : reader.GetInt64(1), Text(2), reader.GetString(3), Text(4), reader.GetString(5),
                reader.IsDBNull(6) ? null : reader.GetInt32(6), reader.GetString(7), Text(8));
        }

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }

    /// <summary>Makes failed work pending again with fresh attempts.</summary>
    /// <returns>How many work items were put back.</returns>
    public async Task<int> RequeueAsync(long? batchId, CancellationToken cancellationToken)
    {
        // A summary that was scored without a cosine, because an embedding had failed, is scored again when that has ended.
        // What belongs to cancelled batches alone stays as it is: submitting such a batch again is the way to go on with it.
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RemovalLock.AddAsync(connection, cancellationToken);
        await using var command = new NpgsqlCommand("""
            with again as (
                update pipeline.work_items w
                set state = 'pending', attempts = 0, error_code = null, error_reason = null, updated_at = now()
                from (select distinct f.recipe_id, f.text_id
                      from pipeline.failures f left join pipeline.batches b on b.id = f.batch_id
                      where f.text_id is not null and ($1::bigint is null or f.batch_id = $1) and b.cancelled_at is null) f
                where w.recipe_id = f.recipe_id and w.text_id = f.text_id and w.state in ('rejected', 'quarantined')
                returning w.recipe_id, w.text_id),
            unscored as (
                insert into pipeline.unscored (recipe_id, text_id)
                select distinct s.recipe_id, s.text_id
                from again join pipeline.recipes r on r.id = again.recipe_id and r.stage = 'embed'
                join pipeline.summaries s on again.text_id in (s.text_id, s.summary_text_id)
                on conflict (text_id, recipe_id) do update set recipe_id = excluded.recipe_id)
            select count(*)::int from again
            """, connection)
        {
            Parameters = { new() { Value = (object?)batchId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint } },
        };
        var count = (int)(await command.ExecuteScalarAsync(cancellationToken))!;
        await transaction.CommitAsync(cancellationToken);
        return count;
    }
}
