using Npgsql;
using Pgvector;
using Pipeline.Storage.Ledger;

namespace Pipeline.Storage.Results;

/// <summary>Stores vectors as half precision.</summary>
public sealed class EmbeddingWriter : IResultWriter<float[]>
{
    /// <inheritdoc />
    public void Append(NpgsqlBatch batch, int recipeId, IReadOnlyList<TextResult<float[]>> results)
    {
        batch.BatchCommands.Add(new("""
            insert into pipeline.embeddings (recipe_id, text_id, vector)
            select $1, * from unnest($2::bigint[], $3::halfvec[])
            on conflict do nothing
            """)
        {
            Parameters =
            {
                new() { Value = recipeId },
                new() { Value = results.Select(result => result.TextId).ToArray() },
                new() { Value = results.Select(result => new HalfVector(Array.ConvertAll(result.Value, value => (Half)value))).ToArray() },
            },
        });
    }
}
