using Npgsql;

namespace Pipeline.Storage.Results;

/// <summary>Insertion of distinct texts.</summary>
internal static class TextRows
{
    /// <summary>
    /// Inserts texts that are not there yet, in hash order so that two writers with common texts wait for each other instead of
    /// deadlocking. The arrays are parallel and may hold repeats.
    /// </summary>
    public static NpgsqlBatchCommand InsertCommand(byte[][] hashes, string[] bodies) => new("""
        insert into pipeline.texts (sha256, body, chars)
        select distinct on (sha256) sha256, body, chars from unnest($1::bytea[], $2::text[], $3::int[]) as t(sha256, body, chars)
        order by sha256
        on conflict (sha256) do nothing
        """)
    {
        Parameters =
        {
            new() { Value = hashes },
            new() { Value = bodies },
            new() { Value = Array.ConvertAll(bodies, CodePoints) },
        },
    };

    private static int CodePoints(string text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            count++;
        }

        return count;
    }
}
