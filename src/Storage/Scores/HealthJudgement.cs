namespace Pipeline.Storage.Scores;

/// <summary>
/// How health is judged, in SQL: rows with the alias <c>h</c> and the columns recipe_id, embedder_id, chars (of the text), cosine and
/// compression, by the limits of their recipe, embedder and length, and by those of the settings where there are none.
/// </summary>
internal static class HealthJudgement
{
    /// <summary>Finds the limits of a row, alias <c>b</c>.</summary>
    public const string Band = """
        left join pipeline.health_bands b on b.recipe_id = h.recipe_id and b.embedder_id = h.embedder_id and b.replaced_at is null
            and h.chars >= b.min_chars and (b.max_chars is null or h.chars <= b.max_chars)
        """;

    /// <summary>
    /// Whether an embedder only stands beside those of the batches, to be compared with them: then nothing follows from what it sees.
    /// </summary>
    public static string IsBeside(string embedderId) => $"""
        (exists (select from pipeline.batch_embedders be where be.recipe_id = {embedderId})
         and not exists (select from pipeline.batches bb where bb.embedder_id = {embedderId}))
        """;

    /// <summary>Whether the summary has drifted from its text. Without a cosine there is nothing to say.</summary>
    public static string Drift(string minCosine) => $"coalesce(h.cosine < coalesce(b.min_cosine, {minCosine}), false)";

    /// <summary>Whether the summary is too short or too long for its text.</summary>
    public static string Compression(string min, string max) =>
        $"(h.compression < coalesce(b.min_compression, {min}) or h.compression > coalesce(b.max_compression, {max}))";
}
