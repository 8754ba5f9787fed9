using Npgsql;

namespace Pipeline.Storage.Ledger;

/// <summary>Adds the statements that store results of one kind to the transaction that settles their work items.</summary>
public interface IResultWriter<T>
{
    /// <summary>Appends insert-only, idempotent statements for <paramref name="results"/>, all of one recipe.</summary>
    void Append(NpgsqlBatch batch, int recipeId, IReadOnlyList<TextResult<T>> results);
}
