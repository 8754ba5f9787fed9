using Npgsql;

namespace Pipeline.Storage;

/// <summary>
/// Keeps those who add rows that refer to texts (intake, results, scores) apart from those who remove what nobody needs any more
/// (cancel, prune): a remover's question "does anybody need this?" must not be overtaken by a transaction that begins to. Adders hold
/// the lock together, a remover alone; it is the first statement of their transactions, which are short, and ends with them.
/// </summary>
internal static class RemovalLock
{
    private const long Key = 0x70697065_00000003;

    /// <summary>For a transaction that adds.</summary>
    public static NpgsqlBatchCommand Add() => new($"select pg_advisory_xact_lock_shared({Key})");

    /// <summary>For a transaction that adds, as a statement of its own.</summary>
    public static Task AddAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        ExecuteAsync(connection, Add(), cancellationToken);

    /// <summary>For a transaction that removes.</summary>
    public static Task RemoveAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        ExecuteAsync(connection, new($"select pg_advisory_xact_lock({Key})"), cancellationToken);

    private static async Task ExecuteAsync(NpgsqlConnection connection, NpgsqlBatchCommand command, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { command } };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}
