using System.Diagnostics;
using Npgsql;

namespace Pipeline.Storage.Vectors;

/// <summary>
/// One approximate index (HNSW on cosine distance) per embedder, over the vectors of source texts. Built after a load, not during it:
/// every vector that is added to an existing index costs a millisecond or more.
/// </summary>
public sealed class VectorIndexes(NpgsqlDataSource dataSource, TimeProvider time)
{
    /// <summary>pgvector's limit for half precision.</summary>
    public const int MaxDimensions = 4000;

    private const long BuildLock = 0x70697065_00000004;
    private static readonly TimeSpan s_progressInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>Every embedder that ever was registered, newest first.</summary>
    public async Task<IReadOnlyList<VectorIndexRow>> ListAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            select r.id, r.name, r.dimensions, nullif(t.reltuples, -1)::bigint, pg_relation_size(t.oid), i.indisvalid, p.pid is not null,
                   coalesce(pg_relation_size(i.indexrelid), 0), (100 * p.blocks_done / nullif(p.blocks_total, 0))::int
            from pipeline.recipes r
            join pg_class t on t.oid = to_regclass('pipeline.embeddings_' || r.id)
            left join pg_index i on i.indexrelid = to_regclass('pipeline.embeddings_' || r.id || '_hnsw')
            left join pg_stat_progress_create_index p on p.relid = t.oid
            where r.stage = 'embed' and r.dimensions is not null
            order by r.id desc
            """);
        var rows = new List<VectorIndexRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var state = reader.GetBoolean(6) ? VectorIndexState.Building
                : reader.IsDBNull(5) ? VectorIndexState.None
                : reader.GetBoolean(5) ? VectorIndexState.Ready : VectorIndexState.Invalid;
            rows.Add(new VectorIndexRow(
                reader.GetInt32(0), reader.GetString(1), reader.GetInt32(2), reader.IsDBNull(3) ? null : reader.GetInt64(3), reader.GetInt64(4), state, reader.GetInt64(7),
                state == VectorIndexState.Building && !reader.IsDBNull(8) ? reader.GetInt32(8) : null));
        }

        return rows;
    }

    /// <summary>Builds the index while everything else goes on.</summary>
    /// <param name="embedder">From <see cref="ListAsync"/>, without a usable index.</param>
    /// <param name="memoryLimitBytes">Most memory that the build may take on the server.</param>
    /// <param name="announce">Told the plan before the build begins.</param>
    /// <param name="progress">Told phase and percentage now and then.</param>
    /// <param name="cancellationToken">Cancels the build; what it leaves is replaced by the next one.</param>
    /// <exception cref="PipelineStorageException">Another build is running, or the vectors have too many dimensions.</exception>
    public async Task<VectorIndexBuild> BuildAsync(
        VectorIndexRow embedder, long memoryLimitBytes, Action<VectorIndexPlan> announce, IProgress<(string Phase, int? Percent)> progress,
        CancellationToken cancellationToken)
    {
        if (embedder.Dimensions > MaxDimensions)
        {
            throw new PipelineStorageException(
                $"Embedder '{embedder.Embedder}' has {embedder.Dimensions} dimensions; an index takes at most {MaxDimensions}.");
        }

        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        if (!await AskAsync<bool>(connection, $"select pg_try_advisory_lock({BuildLock})", cancellationToken))
        {
            throw new PipelineStorageException("Another index is being built. './pipeline index list' shows it; try again when it is done.");
        }

        try
        {
            return await BuildAloneAsync(connection, embedder, memoryLimitBytes, announce, progress, cancellationToken);
        }
        finally
        {
            // A closed session has no lock; the pool would keep it, with the settings of the build.
            NpgsqlConnection.ClearPool(connection);
        }
    }

    /// <summary>Removes the index; searches read every vector from then on.</summary>
    public async Task DropAsync(int embedderId, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"drop index concurrently if exists pipeline.embeddings_{embedderId}_hnsw");
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<VectorIndexBuild> BuildAloneAsync(
        NpgsqlConnection connection, VectorIndexRow embedder, long memoryLimitBytes, Action<VectorIndexPlan> announce,
        IProgress<(string Phase, int? Percent)> progress, CancellationToken cancellationToken)
    {
        var table = $"pipeline.embeddings_{embedder.EmbedderId}";
        var isSound = (await PgvectorVersion.ReadAsync(dataSource, cancellationToken)).IsSound;
        await EnsureNothingIsPrunedAsync(isSound, cancellationToken);
        await DropAsync(embedder.EmbedderId, cancellationToken);

        // Rows that are dead now would be removed by a later vacuum, under the new index.
        progress.Report(("vacuum", null));
        await RunAsync(connection, $"vacuum (analyze) {table}", cancellationToken);
        var vectors = await AskAsync<long>(connection, $"select count(*) from {table} where is_source", cancellationToken);
        var plan = VectorIndexPlan.Create(vectors, embedder.Dimensions, memoryLimitBytes, isSound);
        announce(plan);

        await RunAsync(connection, $"set maintenance_work_mem = '{plan.MemoryBytes / 1024}kB'", cancellationToken);
        if (!plan.IsParallel)
        {
            await RunAsync(connection, "set max_parallel_maintenance_workers = 0", cancellationToken);
        }

        var notices = new List<string>();
        connection.Notice += (_, notice) => notices.Add(notice.Notice.MessageText);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = WatchAsync(connection.ProcessID, progress, ended.Token);
        var started = time.GetTimestamp();
        try
        {
            // Concurrently: the table is written while services run, and a plain build would lock them out.
            await RunAsync(
                connection,
                $"create index concurrently embeddings_{embedder.EmbedderId}_hnsw on {table} "
                + $"using hnsw ((vector::halfvec({embedder.Dimensions})) halfvec_cosine_ops) where is_source",
                cancellationToken);
        }
        finally
        {
            await ended.CancelAsync();
            await watching;
        }

        try
        {
            await EnsureNothingIsPrunedAsync(isSound, cancellationToken);
        }
        catch (PipelineStorageException)
        {
            await DropAsync(embedder.EmbedderId, cancellationToken);
            throw;
        }

        var bytes = await AskAsync<long>(connection, $"select pg_relation_size('{table}_hnsw')", cancellationToken);
        return new VectorIndexBuild(time.GetElapsedTime(started), bytes, notices);
    }

    private async Task EnsureNothingIsPrunedAsync(bool isSound, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("select exists (select from pipeline.batches where state = 'pruning')");
        if (!isSound && (bool)(await command.ExecuteScalarAsync(cancellationToken))!)
        {
            throw new PipelineStorageException(
                "A batch is being pruned, and this version of pgvector could damage an index over the rows that go. Let './pipeline batch prune' "
                + "come to its end and build then; pgvector 0.8.4 and later have no such fault.");
        }
    }

    private async Task WatchAsync(int process, IProgress<(string Phase, int? Percent)> progress, CancellationToken ended)
    {
        try
        {
            using var timer = new PeriodicTimer(s_progressInterval, time);
            await using var command = dataSource.CreateCommand(
                "select phase, (100 * blocks_done / nullif(blocks_total, 0))::int from pg_stat_progress_create_index where pid = $1");
            command.Parameters.Add(new() { Value = process });
            while (await timer.WaitForNextTickAsync(ended))
            {
                await using var reader = await command.ExecuteReaderAsync(ended);
                if (await reader.ReadAsync(ended))
                {
                    progress.Report((reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetInt32(1)));
                }
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The build has ended.
        }
        catch (NpgsqlException)
        {
            // The build itself meets the same outage and reports it.
        }
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        // However long it takes.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<T> AskAsync<T>(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        return (T)(await command.ExecuteScalarAsync(cancellationToken) ?? throw new UnreachableException(sql));
    }
}
