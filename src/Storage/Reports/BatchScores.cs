using Npgsql;

namespace Pipeline.Storage.Reports;

/// <summary>Mean scores of a batch.</summary>
/// <param name="Health">Health of the summaries, by recipe.</param>
/// <param name="Rouge">ROUGE, by recipe and signature.</param>
public sealed record BatchScores(IReadOnlyList<RecipeHealth> Health, IReadOnlyList<RecipeRouge> Rouge)
{
    /// <summary>Counts them in the views.</summary>
    public static async Task<BatchScores> ReadAsync(NpgsqlDataSource dataSource, long batchId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataSource);
        var (health, rouge) = (new List<RecipeHealth>(), new List<RecipeRouge>());
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("""
                    select recipe, count(*), avg(cosine), avg(compression), count(*) filter (where drift_alarm), count(*) filter (where compression_alarm)
                    from pipeline.results where batch_id = $1 and compression is not null group by recipe order by recipe
                    """) { Parameters = { new() { Value = batchId } } },
                new("""
                    select recipe, rouge_signature, documents, rouge1_f, rouge2_f, rougel_f, rougelsum_f
                    from pipeline.rouge_by_recipe where batch_id = $1 order by recipe, rouge_signature
                    """) { Parameters = { new() { Value = batchId } } },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            health.Add(new RecipeHealth(
                reader.GetString(0), reader.GetInt64(1), reader.IsDBNull(2) ? null : reader.GetDouble(2), reader.GetDouble(3), reader.GetInt64(4), reader.GetInt64(5)));
        }

        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rouge.Add(new RecipeRouge(
                reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetDouble(3), reader.GetDouble(4), reader.GetDouble(5), reader.GetDouble(6)));
        }

        return new BatchScores(health, rouge);
    }
}
