using System.Security.Cryptography;
using Npgsql;
using NpgsqlTypes;

namespace Pipeline.Storage.OpenAi;

/// <summary>Batches of the OpenAI-compatible API. A change of state names the state that it comes from, so that a race has one winner.</summary>
public sealed class OpenAiBatches(NpgsqlDataSource dataSource)
{
    private const string Columns = """
        id, number, tenant, input_file_id, endpoint, completion_window, metadata::text, embedder_id, recipe_id, state, batch_id, error_code,
        error_message, output_file_id, error_file_id, total, completed, failed, created_at, in_progress_at, finalizing_at, completed_at, failed_at,
        cancelling_at, cancelled_at
        """;

    /// <summary>Makes a batch in the state <c>validating</c>.</summary>
    public async Task<OpenAiBatchRow> CreateAsync(
        string tenant, string inputFileId, string endpoint, string completionWindow, string? metadata, int embedderId, int recipeId,
        CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"""
            insert into pipeline.openai_batches (id, tenant, input_file_id, endpoint, completion_window, metadata, embedder_id, recipe_id)
            values ($1, $2, $3, $4, $5, $6, $7, $8) returning {Columns}
            """);
        command.Parameters.Add(new() { Value = "batch_" + RandomNumberGenerator.GetHexString(24, lowercase: true) });
        command.Parameters.Add(new() { Value = tenant });
        command.Parameters.Add(new() { Value = inputFileId });
        command.Parameters.Add(new() { Value = endpoint });
        command.Parameters.Add(new() { Value = completionWindow });
        command.Parameters.Add(new() { Value = (object?)metadata ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Jsonb });
        command.Parameters.Add(new() { Value = embedderId });
        command.Parameters.Add(new() { Value = recipeId });
        return (await ReadAsync(command, cancellationToken))[0];
    }

    /// <summary>A batch of the tenant, or null.</summary>
    public async Task<OpenAiBatchRow?> FindAsync(string tenant, string id, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"select {Columns} from pipeline.openai_batches where tenant = $1 and id = $2");
        command.Parameters.Add(new() { Value = tenant });
        command.Parameters.Add(new() { Value = id });
        return await ReadAsync(command, cancellationToken) is [var row] ? row : null;
    }

    /// <summary>Batches of the tenant, newest first.</summary>
    public async Task<IReadOnlyList<OpenAiBatchRow>> ListAsync(string tenant, long? after, int limit, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"""
            select {Columns} from pipeline.openai_batches
            where tenant = $1 and ($2::bigint is null or number < $2) order by number desc limit $3
            """);
        command.Parameters.Add(new() { Value = tenant });
        command.Parameters.Add(new() { Value = (object?)after ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        command.Parameters.Add(new() { Value = limit });
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary>Batches that something is left to do for, oldest first.</summary>
    public async Task<IReadOnlyList<OpenAiBatchRow>> OpenAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"""
            select {Columns} from pipeline.openai_batches
            where state in ('validating', 'in_progress', 'finalizing', 'cancelling') order by number
            """);
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary>Whether a batch that is not at its end reads this file.</summary>
    public async Task<bool> ReadsAsync(string tenant, string fileId, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            select exists (select from pipeline.openai_batches
                           where tenant = $1 and input_file_id = $2 and state = 'validating')
            """);
        command.Parameters.Add(new() { Value = tenant });
        command.Parameters.Add(new() { Value = fileId });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Asks a batch to stop.</summary>
    /// <returns>False when it had ended.</returns>
    public Task<bool> CancelAsync(string id, CancellationToken cancellationToken) => RunAsync("""
        update pipeline.openai_batches set state = 'cancelling', cancelling_at = coalesce(cancelling_at, now())
        where id = $1 and state in ('validating', 'in_progress', 'finalizing', 'cancelling')
        """, cancellationToken, id);

    /// <summary>Its batch of ours is about to be loaded.</summary>
    public Task<bool> LoadingAsync(string id, long batchId, CancellationToken cancellationToken) => RunAsync(
        "update pipeline.openai_batches set batch_id = $2 where id = $1 and state = 'validating'", cancellationToken, id, batchId);

    /// <summary>The input file is read.</summary>
    public Task<bool> LoadedAsync(string id, CancellationToken cancellationToken) => RunAsync(
        "update pipeline.openai_batches set state = 'in_progress', in_progress_at = now() where id = $1 and state = 'validating'",
        cancellationToken, id);

    /// <summary>It can't be done.</summary>
    public Task<bool> FailAsync(string id, string code, string message, CancellationToken cancellationToken) => RunAsync("""
        update pipeline.openai_batches set state = 'failed', failed_at = now(), error_code = $2, error_message = $3
        where id = $1 and state in ('validating', 'in_progress', 'finalizing')
        """, cancellationToken, id, code, message);

    /// <summary>Notes counts, and that nothing is left to do when <paramref name="finished"/>.</summary>
    public Task<bool> ProgressAsync(string id, long total, long completed, long failed, bool finished, CancellationToken cancellationToken) => RunAsync("""
        update pipeline.openai_batches
        set total = $2, completed = $3, failed = $4, state = case when $5 and state = 'in_progress' then 'finalizing' else state end,
            finalizing_at = case when $5 and state = 'in_progress' then now() else finalizing_at end
        where id = $1 and state in ('in_progress', 'cancelling')
        """, cancellationToken, id, total, completed, failed, finished);

    /// <summary>The output files are written.</summary>
    public Task<bool> FinishAsync(string id, string? outputFileId, string? errorFileId, CancellationToken cancellationToken) => RunAsync("""
        update pipeline.openai_batches
        set output_file_id = nullif($2, ''), error_file_id = nullif($3, ''),
            completed_at = case state when 'finalizing' then now() end, cancelled_at = case state when 'cancelling' then now() end,
            state = case state when 'finalizing' then 'completed' else 'cancelled' end
        where id = $1 and state in ('finalizing', 'cancelling')
        """, cancellationToken, id, outputFileId ?? "", errorFileId ?? "");

    private async Task<bool> RunAsync(string statement, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = dataSource.CreateCommand(statement);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    private static async Task<List<OpenAiBatchRow>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var rows = new List<OpenAiBatchRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new OpenAiBatchRow
            {
                Id = reader.GetString(0),
                Number = reader.GetInt64(1),
                Tenant = reader.GetString(2),
                InputFileId = reader.GetString(3),
                Endpoint = reader.GetString(4),
                CompletionWindow = reader.GetString(5),
                Metadata = Text(6),
                EmbedderId = reader.GetInt32(7),
                RecipeId = reader.GetInt32(8),
                State = reader.GetString(9),
                BatchId = reader.IsDBNull(10) ? null : reader.GetInt64(10),
                ErrorCode = Text(11),
                ErrorMessage = Text(12),
                OutputFileId = Text(13),
                ErrorFileId = Text(14),
                Total = reader.GetInt64(15),
                Completed = reader.GetInt64(16),
                Failed = reader.GetInt64(17),
                CreatedAt = reader.GetFieldValue<DateTimeOffset>(18),
                InProgressAt = Time(19),
                FinalizingAt = Time(20),
                CompletedAt = Time(21),
                FailedAt = Time(22),
                CancellingAt = Time(23),
                CancelledAt = Time(24),
            });
        }

        return rows;

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
        DateTimeOffset? Time(int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
    }
}
