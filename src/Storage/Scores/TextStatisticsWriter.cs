using Npgsql;
using NpgsqlTypes;

namespace Pipeline.Storage.Scores;

/// <summary>Measures the summaries of a window, inside the transaction that scores it. What is measured stays as it is.</summary>
/// <param name="signatureId">Tokenizer and version of the statistics; stored beside them.</param>
/// <param name="measure">Measures one summary.</param>
public sealed class TextStatisticsWriter(int signatureId, Func<SummaryPair, TextStatisticsRow> measure)
{
    internal async Task WriteAsync(NpgsqlConnection connection, int[] recipeIds, long[] textIds, CancellationToken cancellationToken)
    {
        var pairs = await ReadAsync(connection, recipeIds, textIds, cancellationToken);
        if (pairs.Count == 0)
        {
            return;
        }

        var rows = pairs.ConvertAll(pair => measure(pair));
        await using var command = new NpgsqlCommand("""
            insert into pipeline.text_statistics (
                recipe_id, text_id, signature_id, coverage, density, compression_newsroom, novel_1gram, novel_2gram, novel_3gram, repeated_1gram,
                repeated_2gram, number_precision, facts, fact_precision, unsupported, at_risk, failures)
            select recipe_id, text_id, $3, coverage, density, compression, novel1, novel2, novel3, repeated1, repeated2, numbers, facts,
                   fact_precision, unsupported, string_to_array(at_risk, ','), string_to_array(failures, ',')
            from unnest($1::int[], $2::bigint[], $4::float8[], $5::float8[], $6::float8[], $7::float8[], $8::float8[], $9::float8[],
                        $10::float8[], $11::float8[], $12::float8[], $13::int[], $14::float8[], $15::jsonb[], $16::text[], $17::text[])
                 as n(recipe_id, text_id, coverage, density, compression, novel1, novel2, novel3, repeated1, repeated2, numbers, facts,
                      fact_precision, unsupported, at_risk, failures)
            on conflict (text_id, recipe_id) do nothing
            """, connection)
        {
            Parameters =
            {
                new() { Value = pairs.Select(pair => pair.RecipeId).ToArray() },
                new() { Value = pairs.Select(pair => pair.TextId).ToArray() },
                new() { Value = signatureId },
                Doubles(rows, row => row.Coverage),
                Doubles(rows, row => row.Density),
                Doubles(rows, row => row.CompressionNewsroom),
                Doubles(rows, row => row.Novel1Gram),
                Doubles(rows, row => row.Novel2Gram),
                Doubles(rows, row => row.Novel3Gram),
                Doubles(rows, row => row.Repeated1Gram),
                Doubles(rows, row => row.Repeated2Gram),
                Doubles(rows, row => row.NumberPrecision),
                new() { Value = rows.Select(row => row.Facts).ToArray() },
                Doubles(rows, row => row.FactPrecision),
                new() { Value = rows.Select(row => row.Unsupported).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb },
                // PostgreSQL has no arrays of arrays of different lengths.
                new() { Value = rows.Select(row => string.Join(',', row.AtRisk)).ToArray() },
                new() { Value = rows.Select(row => string.Join(',', row.Failures)).ToArray() },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlParameter Doubles(List<TextStatisticsRow> rows, Func<TextStatisticsRow, double?> value) => new()
    {
        Value = rows.Select(value).ToArray(),
        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Double,
    };

    private static async Task<List<SummaryPair>> ReadAsync(
        NpgsqlConnection connection, int[] recipeIds, long[] textIds, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            select s.recipe_id, s.text_id, st.body, t.body
            from unnest($1::int[], $2::bigint[]) as u(recipe_id, text_id)
            join pipeline.summaries s on s.recipe_id = u.recipe_id and s.text_id = u.text_id
            join pipeline.texts st on st.id = s.summary_text_id
            join pipeline.texts t on t.id = s.text_id
            where not exists (select from pipeline.text_statistics x where x.text_id = s.text_id and x.recipe_id = s.recipe_id)
            """, connection)
        {
            Parameters = { new() { Value = recipeIds }, new() { Value = textIds } },
        };
        var pairs = new List<SummaryPair>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            pairs.Add(new SummaryPair(reader.GetInt32(0), reader.GetInt64(1), reader.GetString(2), reader.GetString(3)));
        }

        return pairs;
    }
}
