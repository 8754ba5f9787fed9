using Npgsql;

namespace Pipeline.Storage.Ledger;

/// <summary>The dispatcher's side of the ledger: turn pending work into chunks, and take back chunks that were lost.</summary>
public sealed class DispatchLedger(NpgsqlDataSource dataSource)
{
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
        await using var command = dataSource.CreateCommand("""
            select r.id, r.seconds_per_text from pipeline.recipes r
            where r.stage = $1
              and exists (select 1 from pipeline.work_items w where w.recipe_id = r.id and w.state = 'pending' and w.chunk_id is null)
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
        // A text with an attempt behind it gets a chunk of its own.
        await using var command = dataSource.CreateCommand("""
            with picked as (
                select text_id, attempts from pipeline.work_items
                where recipe_id = $1 and state = 'pending' and chunk_id is null
                order by text_id limit $3 * $4 for update skip locked),
            slots as (
                select text_id, case when attempts > 0 then -row_number() over (order by text_id)
                                     else (row_number() over (partition by attempts > 0 order by text_id) - 1) / $3 end as slot
                from picked),
            numbered as (
                select slot, nextval('pipeline.chunks_id_seq') as id, count(*)::int as size
                from slots group by slot order by min(text_id) limit $4),
            sent as (
                insert into pipeline.chunks (id, recipe_id, queue, size) overriding system value
                select id, $1, $2, size from numbered),
            held as (
                update pipeline.work_items w set chunk_id = numbered.id
                from slots join numbered using (slot)
                where w.recipe_id = $1 and w.text_id = slots.text_id
                returning w.chunk_id, w.text_id)
            select chunk_id, array_agg(text_id order by text_id) from held group by chunk_id order by chunk_id
            """);
        command.Parameters.Add(new() { Value = recipeId });
        command.Parameters.Add(new() { Value = queue });
        command.Parameters.Add(new() { Value = (long)chunkSize });
        command.Parameters.Add(new() { Value = (long)maxChunks });
        var chunks = new List<DispatchChunk>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            chunks.Add(new DispatchChunk(reader.GetInt64(0), recipeId, queue, reader.GetFieldValue<long[]>(1)));
        }

        return chunks;
    }

    /// <summary>Takes back chunks whose worker let the lease run out. Their attempts stay counted.</summary>
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
                from gone where w.chunk_id = gone.id)
            select count(*)::int from gone
            """);
        command.Parameters.AddRange(parameters);
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
