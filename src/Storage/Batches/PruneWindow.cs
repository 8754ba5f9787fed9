using Npgsql;
using NpgsqlTypes;

namespace Pipeline.Storage.Batches;

/// <summary>One transaction of <see cref="BatchPruner"/>: some lines, and what nobody needs after them.</summary>
internal static class PruneWindow
{
    // Those who add wait for this transaction, so it must stay short.
    private const int Lines = 1000;

    /// <summary>Removes the next lines of a batch.</summary>
    /// <returns>The last of these lines, null when there were none; and what was removed.</returns>
    /// <exception cref="PipelineStorageException">Work of these lines is running; nothing is removed.</exception>
    public static async Task<(long? LastLine, PruneCounts Removed)> RemoveAsync(
        NpgsqlDataSource lookups, PruneCandidate batch, long afterLine, CancellationToken cancellationToken)
    {
        await using var connection = await lookups.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RemovalLock.RemoveAsync(connection, cancellationToken);
        var (lines, documents) = await RemoveLinesAsync(connection, batch.Id, afterLine, cancellationToken);
        if (lines.Count == 0)
        {
            return (null, PruneCounts.Zero);
        }

        var removed = await RemoveUnneededAsync(connection, batch, documents, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (lines.Max(), removed with { Lines = lines.Count });
    }

    private static async Task<(List<long> Lines, long[] Documents)> RemoveLinesAsync(
        NpgsqlConnection connection, long batchId, long afterLine, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(PruneStatements.RemoveLines, connection)
        {
            Parameters = { new() { Value = batchId }, new() { Value = afterLine }, new() { Value = Lines } },
        };
        var lines = new List<long>(Lines);
        var documents = new HashSet<long>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            lines.Add(reader.GetInt64(0));
            documents.Add(reader.GetInt64(1));
        }

        return (lines, [.. documents]);
    }

    private static async Task<PruneCounts> RemoveUnneededAsync(
        NpgsqlConnection connection, PruneCandidate batch, long[] documents, CancellationToken cancellationToken)
    {
        var (texts, references, summaries) = await TextsAsync(connection, documents, cancellationToken);
        long[] embedded = [.. texts.Union(summaries)];
        long[][] sets = [[], documents, texts, summaries, embedded, [.. embedded.Union(references)]];
        var health = await RunAsync(PruneStatements.RemoveHealth);
        var rouge = await RunAsync(PruneStatements.RemoveRouge);
        var statistics = await RunAsync(PruneStatements.RemoveStatistics);
        await RunAsync(PruneStatements.RemoveUnscored);
        var embeddings = await RunAsync(PruneStatements.RemoveEmbeddings);
        var work = await RunAsync(PruneStatements.RemoveWork);
        await using (var left = Command(PruneStatements.WorkLeft))
        {
            if ((long)(await left.ExecuteScalarAsync(cancellationToken))! > 0)
            {
                throw new PipelineStorageException(
                    $"Batch {batch.Id} '{batch.Name}' is at work again, so the rest of it stays for now. Prune again when it has ended.");
            }
        }

        var stored = await RunAsync(PruneStatements.RemoveSummaries);
        await RunAsync(PruneStatements.RemoveFallbacks);
        var gone = await RunAsync(PruneStatements.RemoveDocuments);
        return new PruneCounts(0, 0, gone, await RunAsync(PruneStatements.RemoveTexts), stored, embeddings, work, health + rouge + statistics);

        async Task<int> RunAsync(string statement)
        {
            await using var command = Command(statement);
            return await command.ExecuteNonQueryAsync(cancellationToken);
        }

        NpgsqlCommand Command(string statement)
        {
            var command = new NpgsqlCommand(statement, connection);
            foreach (var set in sets)
            {
                command.Parameters.Add(new() { Value = set, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
            }

            return command;
        }
    }

    private static async Task<(long[] Texts, long[] References, long[] Summaries)> TextsAsync(
        NpgsqlConnection connection, long[] documents, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(PruneStatements.Texts, connection) { Parameters = { new() { Value = documents } } };
        var (texts, references, summaries) = (new HashSet<long>(), new HashSet<long>(), new HashSet<long>());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            texts.Add(reader.GetInt64(0));
            Add(references, 1);
            Add(summaries, 2);
        }

        return ([.. texts], [.. references], [.. summaries]);

        void Add(HashSet<long> set, int column)
        {
            if (!reader.IsDBNull(column))
            {
                set.Add(reader.GetInt64(column));
            }
        }
    }
}
