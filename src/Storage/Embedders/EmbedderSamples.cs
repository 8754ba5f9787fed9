using Npgsql;
using Pgvector;

namespace Pipeline.Storage.Embedders;

/// <summary>Reads what embedders are compared on.</summary>
public sealed class EmbedderSamples(NpgsqlDataSource dataSource)
{
    /// <summary>Draws different texts of a batch by chance; the same seed draws the same.</summary>
    public async Task<IReadOnlyList<SampledText>> DrawAsync(long batchId, int count, long seed, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            with drawn as (
                select text_id from (
                    select distinct d.text_id from pipeline.batch_items bi join pipeline.documents d on d.id = bi.document_id where bi.batch_id = $1) x
                order by hashtextextended(text_id::text, $3), text_id limit $2)
            select w.text_id, t.body,
                   array(select distinct r.body from pipeline.documents d
                         join pipeline.batch_items bi on bi.document_id = d.id and bi.batch_id = $1
                         join pipeline.texts r on r.id = d.reference_text_id where d.text_id = w.text_id order by 1),
                   s.recipes, s.ids, s.bodies
            from drawn w join pipeline.texts t on t.id = w.text_id
            cross join lateral (
                select array_agg(r.name order by r.name) as recipes, array_agg(y.summary_text_id order by r.name) as ids, array_agg(b.body order by r.name) as bodies
                from pipeline.batch_recipes br join pipeline.recipes r on r.id = br.recipe_id
                join pipeline.summaries y on y.recipe_id = br.recipe_id and y.text_id = w.text_id join pipeline.texts b on b.id = y.summary_text_id
                where br.batch_id = $1) s
            order by hashtextextended(w.text_id::text, $3), w.text_id
            """);
        command.Parameters.Add(new() { Value = batchId });
        command.Parameters.Add(new() { Value = (long)count });
        command.Parameters.Add(new() { Value = seed });
        var texts = new List<SampledText>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            texts.Add(new SampledText(
                reader.GetInt64(0), reader.GetString(1), reader.GetFieldValue<string[]>(2),
                reader.IsDBNull(3)
                    ? []
                    : [.. reader.GetFieldValue<string[]>(3).Zip(reader.GetFieldValue<long[]>(4), reader.GetFieldValue<string[]>(5))
                        .Select(summary => new SampledSummary(summary.First, summary.Second, summary.Third))]));
        }

        return texts;
    }

    /// <summary>The stored vectors of some texts, by text; an embedder that was never registered has none.</summary>
    /// <param name="sha256">SHA-256 of the embedder's definition.</param>
    /// <param name="textIds">The texts.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<IReadOnlyDictionary<long, float[]>> VectorsAsync(
        byte[] sha256, IEnumerable<long> textIds, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            select e.text_id, e.vector from pipeline.embeddings e
            where e.recipe_id = (select id from pipeline.recipes where sha256 = $1) and e.text_id = any($2)
            """);
        command.Parameters.Add(new() { Value = sha256 });
        command.Parameters.Add(new() { Value = textIds.Distinct().ToArray() });
        var vectors = new Dictionary<long, float[]>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            vectors[reader.GetInt64(0)] = [.. reader.GetFieldValue<HalfVector>(1).ToArray().Select(value => (float)value)];
        }

        return vectors;
    }
}
