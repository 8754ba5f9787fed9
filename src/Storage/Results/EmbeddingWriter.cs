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
        // A vector whose item is gone is nobody's any more, see SummaryWriter.
        batch.BatchCommands.Add(new("""
            insert into pipeline.embeddings (recipe_id, text_id, vector, is_source)
            select $1, r.text_id, r.vector, exists (select from pipeline.documents d where d.text_id = r.text_id)
            from unnest($2::bigint[], $3::halfvec[]) as r(text_id, vector)
            join pipeline.work_items i on i.text_id = r.text_id and i.recipe_id = $1
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
