using System.Runtime.CompilerServices;
using Npgsql;
using NpgsqlTypes;

namespace Pipeline.Storage.Comparisons;

/// <summary>Reads what the recipes of a batch are compared on, from the view <c>line_scores</c>.</summary>
public sealed class ComparisonReader(NpgsqlDataSource dataSource)
{
    /// <summary>The ROUGE signatures under which these recipes are scored in this batch; empty without references.</summary>
    public async Task<IReadOnlyList<SignatureCount>> SignaturesAsync(
        long batchId, IReadOnlyList<string> recipes, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            select recipe, rouge_signature, count(*) from pipeline.line_scores
            where batch_id = $1 and recipe = any($2) and rouge_signature is not null group by 1, 2 order by 1, 2
            """);
        command.Parameters.Add(new() { Value = batchId });
        command.Parameters.Add(new() { Value = recipes.ToArray() });
        var rows = new List<SignatureCount>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new SignatureCount(reader.GetString(0), reader.GetString(1), reader.GetInt64(2)));
        }

        return rows;
    }

    /// <summary>
    /// The documents that every recipe has summarised, in input order. Lines with the same text and reference count once: they have the same
    /// summaries, and repeating them would only make an interval look narrower.
    /// </summary>
    /// <param name="batchId">The batch.</param>
    /// <param name="recipes">One recipe or more, by name.</param>
    /// <param name="signature">ROUGE of this signature alone; null reads none.</param>
    /// <param name="withTexts">Whether texts and summaries are read too.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<ComparableLine> LinesAsync(
        long batchId, IReadOnlyList<string> recipes, string? signature, bool withTexts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            with scores as (
                select distinct on (l.text_id, l.reference_text_id, l.recipe_id) l.*
                from pipeline.line_scores l
                where l.batch_id = $1 and l.recipe = any($2)
                order by l.text_id, l.reference_text_id, l.recipe_id, l.line, (l.rouge_signature = $3) desc nulls last)
            select l.line, l.id, l.text_chars, l.reference_chars, case when $4 then t.body end, array_position($2, l.recipe) - 1,
                   case when $4 then st.body end, l.summary_chars,
                   case when l.rouge_signature = $3 then l.rouge1_f end, case when l.rouge_signature = $3 then l.rouge2_f end,
                   case when l.rouge_signature = $3 then l.rougel_f end, case when l.rouge_signature = $3 then l.rougelsum_f end,
                   l.cosine, l.compression, l.seconds::float8
            from scores l
            left join pipeline.texts t on $4 and t.id = l.text_id
            left join pipeline.texts st on $4 and st.id = l.summary_text_id
            order by l.line
            """);
        command.Parameters.Add(new() { Value = batchId });
        command.Parameters.Add(new() { Value = recipes.ToArray() });
        command.Parameters.Add(new() { Value = (object?)signature ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = withTexts });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        (long Line, string Id, int TextLength, int? ReferenceLength, string? Text)? document = null;
        var summaries = new ComparableSummary?[recipes.Count];
        while (await reader.ReadAsync(cancellationToken))
        {
            if (document is { } previous && previous.Line != reader.GetInt64(0))
            {
                if (Complete(previous, summaries) is { } line)
                {
                    yield return line;
                }

                Array.Clear(summaries);
            }

            document = (reader.GetInt64(0), reader.GetString(1), reader.GetInt32(2), reader.IsDBNull(3) ? null : reader.GetInt32(3), Text(reader, 4));
            summaries[reader.GetInt32(5)] = new ComparableSummary(
                Text(reader, 6), reader.GetInt32(7), Number(reader, 8), Number(reader, 9), Number(reader, 10), Number(reader, 11),
                Number(reader, 12), Number(reader, 13), Number(reader, 14));
        }

        if (document is { } last && Complete(last, summaries) is { } end)
        {
            yield return end;
        }
    }

    private static ComparableLine? Complete(
        (long Line, string Id, int TextLength, int? ReferenceLength, string? Text) document, ComparableSummary?[] summaries)
    {
        var complete = summaries.OfType<ComparableSummary>().ToArray();
        return complete.Length == summaries.Length
            ? new ComparableLine(document.Line, document.Id, document.TextLength, document.ReferenceLength, document.Text, complete)
            : null;
    }

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static double? Number(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetDouble(column);
}
