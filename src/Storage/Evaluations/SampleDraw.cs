using Npgsql;
using NpgsqlTypes;

namespace Pipeline.Storage.Evaluations;

/// <summary>
/// Draws documents' texts by chance: in the order of a hash of seed and text, so that the same seed draws the same sample from the same
/// documents. A text comes once, with a reference if it has one.
/// </summary>
internal static class SampleDraw
{
    // $1 batch or null, $2 documents after this id, $3 schedule whose pinned texts are left out or null, $4 seed, $5 how many, $6 tenant or null.
    private const string Drawn = """
        select text_id, reference_text_id
        from (select distinct on (d.text_id) d.text_id, d.reference_text_id
              from pipeline.documents d
              where d.id > $2 and ($6::text is null or d.tenant = $6)
                and ($1::bigint is null or exists (select from pipeline.batch_items bi where bi.batch_id = $1 and bi.document_id = d.id))
                and not exists (select from pipeline.schedule_texts p where p.text_id = d.text_id and p.schedule_id = $3)
              order by d.text_id, d.reference_text_id is null, d.id desc) candidate
        order by hashtextextended(text_id::text, $4), text_id limit $5
        """;

    /// <summary>Inserts what is drawn into <paramref name="into"/> (a table with its columns up to the two drawn ones).</summary>
    /// <returns>How many texts were drawn.</returns>
    public static async Task<int> InsertAsync(
        NpgsqlConnection connection, string into, string constants, string? tenant, long? batchId, long afterDocumentId, long? withoutSchedule, long seed,
        int count, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"insert into {into} select {constants}, text_id, reference_text_id from ({Drawn}) drawn", connection)
        {
            Parameters =
            {
                new() { Value = (object?)batchId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
                new() { Value = afterDocumentId },
                new() { Value = (object?)withoutSchedule ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
                new() { Value = seed },
                new() { Value = (long)count },
                new() { Value = (object?)tenant ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            },
        };
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
