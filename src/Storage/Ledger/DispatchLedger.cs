using Npgsql;

namespace Pipeline.Storage.Ledger;

/// <summary>The dispatcher's side of the ledger: turn pending work into chunks, and take back chunks that were lost.</summary>
/// <param name="dataSource">The database.</param>
/// <param name="table">The work; a text's id in this class is the key of an item there.</param>
public sealed class DispatchLedger(NpgsqlDataSource dataSource, WorkTable table)
{
    /// <summary>The ledger of production.</summary>
    public DispatchLedger(NpgsqlDataSource dataSource)
        : this(dataSource, WorkTable.Texts)
    {
    }

    /// <summary>Seconds of work that a chunk should not exceed, and the most texts it may hold.</summary>
    public const int MaxChunkSeconds = 60, MaxChunkSize = 64;

    /// <summary>Texts per chunk for an engine that needs this long per text.</summary>
    public static int ChunkSize(float secondsPerText) => (int)Math.Clamp(MaxChunkSeconds / secondsPerText, 1, MaxChunkSize);

    /// <summary>What is outstanding on a queue.</summary>
    public async Task<QueueState> LookAsync(string queue, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            select count(*)::int, count(*) filter (where begun_at is null)::int,
                   coalesce(now() - min(dispatched_at) filter (where begun_at is null), interval '0'),
                   max(id) filter (where begun_at is not null)
            from pipeline.chunks where queue = $1
            """);
        command.Parameters.Add(new() { Value = queue });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new QueueState(
            reader.GetInt32(0), reader.GetInt32(1), reader.GetTimeSpan(2), reader.IsDBNull(3) ? null : reader.GetInt64(3));
    }

    /// <summary>Recipes of a stage that have work ready, with their chunk size.</summary>
    public async Task<IReadOnlyList<(int RecipeId, int ChunkSize)>> ReadyRecipesAsync(string stage, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"""
            select r.id, r.seconds_per_text from pipeline.recipes r
            where r.stage = $1
              and exists (select 1 from {table.Name} w where w.recipe_id = r.id and w.state = 'pending' and w.chunk_id is null)
            order by r.id
            """);
        command.Parameters.Add(new() { Value = stage });
        var recipes = new List<(int, int)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            recipes.Add((reader.GetInt32(0), ChunkSize(reader.GetFloat(1))));
        }

        return recipes;
    }

    /// <summary>
    /// Puts pending texts of a recipe into new chunks and commits. The caller sends them afterwards; a crash in between leaves chunks
    /// that nobody begins, which <see cref="ReleaseWaitingAsync"/> takes back.
    /// </summary>
    public async Task<IReadOnlyList<DispatchChunk>> FormChunksAsync(
        int recipeId, string queue, int chunkSize, int maxChunks, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var groups = await PickAsync(connection, recipeId, chunkSize, maxChunks, cancellationToken);
        if (groups.Count == 0)
        {
            return [];
        }

        var ids = await InsertChunksAsync(connection, recipeId, queue, groups, cancellationToken);
        await using var hold = new NpgsqlCommand($"""
            update {table.Name} w set chunk_id = held.chunk_id
            from unnest($2::bigint[], $3::bigint[]) as held(key, chunk_id)
            where w.recipe_id = $1 and w.{table.Key} = held.key
            """, connection)
        {
            Parameters =
            {
                new() { Value = recipeId },
                new() { Value = groups.SelectMany(group => group).ToArray() },
                new() { Value = groups.SelectMany((group, i) => Enumerable.Repeat(ids[i], group.Count)).ToArray() },
            },
        };
        await hold.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return [.. groups.Zip(ids, (group, id) => new DispatchChunk(id, recipeId, queue, [.. group]))];
    }

    /// <summary>Groups of texts, one per chunk. A text with an attempt behind it gets a chunk of its own.</summary>
    private async Task<List<List<long>>> PickAsync(
        NpgsqlConnection connection, int recipeId, int chunkSize, int maxChunks, CancellationToken cancellationToken)
    {
        await using var pick = new NpgsqlCommand($"""
            select {table.Key}, attempts from {table.Name}
            where recipe_id = $1 and state = 'pending' and chunk_id is null
            order by {table.Key} limit $2 for update skip locked
            """, connection)
        {
            Parameters = { new() { Value = recipeId }, new() { Value = (long)chunkSize * maxChunks } },
        };
        var groups = new List<List<long>>();
        List<long>? open = null;
        await using var reader = await pick.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var textId = reader.GetInt64(0);
            var isRetry = reader.GetInt16(1) > 0;
            if (!isRetry && open is not null && open.Count < chunkSize)
            {
                open.Add(textId);
            }
            else if (groups.Count < maxChunks)
            {
                groups.Add([textId]);
                open = isRetry ? open : groups[^1];
            }
        }

        return groups;
    }

    private static async Task<List<long>> InsertChunksAsync(
        NpgsqlConnection connection, int recipeId, string queue, List<List<long>> groups, CancellationToken cancellationToken)
    {
        await using var insert = new NpgsqlCommand(
            "insert into pipeline.chunks (recipe_id, queue, size) select $1, $2, unnest($3::int[]) returning id", connection)
        {
            Parameters = { new() { Value = recipeId }, new() { Value = queue }, new() { Value = groups.Select(group => group.Count).ToArray() } },
        };
        var ids = new List<long>(groups.Count);
        await using var reader = await insert.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            ids.Add(reader.GetInt64(0));
        }

        return ids;
    }

    /// <summary>Takes back chunks of every kind of work whose worker let the lease run out. Their attempts stay counted.</summary>
    /// <returns>How many chunks were taken back.</returns>
    public Task<int> ReleaseExpiredAsync(CancellationToken cancellationToken) =>
        ReleaseAsync("lease_until < now()", [], cancellationToken);

    /// <summary>Takes back chunks of a queue that were sent and never begun, up to an id: their messages are lost.</summary>
    /// <returns>How many chunks were taken back.</returns>
    public Task<int> ReleaseWaitingAsync(string queue, long maxChunkId, TimeSpan minimumAge, CancellationToken cancellationToken) =>
        ReleaseAsync(
            "begun_at is null and queue = $1 and id <= $2 and dispatched_at < now() - $3",
            [new NpgsqlParameter { Value = queue }, new NpgsqlParameter { Value = maxChunkId }, new NpgsqlParameter { Value = minimumAge }],
            cancellationToken);

    private async Task<int> ReleaseAsync(string condition, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"""
            with gone as (delete from pipeline.chunks where {condition} returning id),
            released as (
                update pipeline.work_items w set state = 'pending', chunk_id = null, updated_at = now()
                from gone where w.chunk_id = gone.id),
            released_generations as (
                update pipeline.generations g set state = 'pending', chunk_id = null, updated_at = now()
                from gone where g.chunk_id = gone.id)
            select count(*)::int from gone
            """);
        command.Parameters.AddRange(parameters);
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
