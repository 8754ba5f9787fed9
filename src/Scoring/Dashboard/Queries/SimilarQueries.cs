using Npgsql;

namespace Pipeline.Scoring.Dashboard.Queries;

/// <summary>Finds documents like another one, of the same tenant.</summary>
internal sealed class SimilarQueries(NpgsqlDataSource dataSource)
{
    /// <summary>What is asked; $1 is the batch, $2 the line.</summary>
    public const string Sql = """
        select batch_id, line, id, similarity, left(body, 200)
        from pipeline.similar_to((select document_id from pipeline.batch_items where batch_id = $1 and line = $2), 10)
        """;

    /// <summary>The nearest documents. The line must exist.</summary>
    public async Task<IReadOnlyList<SimilarRow>> ListAsync(long batchId, long line, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Sql);
        command.Parameters.Add(new() { Value = batchId });
        command.Parameters.Add(new() { Value = line });
        return await command.ListAsync(
            row => new SimilarRow(row.GetInt64(0), row.GetInt64(1), row.GetString(2), row.GetDouble(3), row.GetString(4)), cancellationToken);
    }
}
