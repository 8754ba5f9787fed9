namespace Pipeline.Storage.Batches;

/// <summary>
/// SQL conditions that tell whether a line of a batch needs a row. Which batches count is a condition on their lines, which have the
/// alias <c>bi</c>.
/// </summary>
internal static class Need
{
    /// <summary>Batches that were not cancelled.</summary>
    public const string Active = "exists (select from pipeline.batches a where a.id = bi.batch_id and a.cancelled_at is null)";

    /// <summary>Batches but for those whose ids are in the array <c>$1</c>.</summary>
    public const string Others = "bi.batch_id <> all($1)";

    /// <summary>A work item or result with the columns <c>recipe_id</c> and <c>text_id</c>: a line's text, or the summary of one.</summary>
    public static string Work(string row, string batches) => $"""
        (exists (
            select from {Lines(batches)}
            join pipeline.batches b on b.id = bi.batch_id
            where d.text_id = {row}.text_id
              and ({Embeds($"{row}.recipe_id")}
                   or {Runs($"{row}.recipe_id", "d.text_id")}))
         or exists (
            select from pipeline.summaries y join {Lines(batches)} on d.text_id = y.text_id
            join pipeline.batches b on b.id = bi.batch_id and {Embeds($"{row}.recipe_id")}
            where y.summary_text_id = {row}.text_id and {Runs("y.recipe_id", "y.text_id")}))
        """;

    /// <summary>A row of <c>health_scores</c>.</summary>
    public static string Health(string row, string batches) => $"""
        exists (
            select from {Lines(batches)}
            join pipeline.batches b on b.id = bi.batch_id and {Embeds($"{row}.embedder_id")}
            where d.text_id = {row}.text_id and {Runs($"{row}.recipe_id", "d.text_id")})
        """;

    /// <summary>A row of <c>text_statistics</c>.</summary>
    public static string Statistics(string row, string batches) => $"""
        exists (select from {Lines(batches)} where d.text_id = {row}.text_id and {Runs($"{row}.recipe_id", "d.text_id")})
        """;

    /// <summary>A row of <c>rouge_scores</c>.</summary>
    public static string Rouge(string row, string batches) => $"""
        exists (
            select from pipeline.summaries y join {Lines(batches)} on d.text_id = y.text_id and d.reference_text_id = {row}.reference_text_id
            where y.summary_text_id = {row}.summary_text_id and {Runs("y.recipe_id", "y.text_id")})
        """;

    /// <summary>A document.</summary>
    public static string Document(string id, string batches) =>
        $"exists (select from pipeline.batch_items bi where bi.document_id = {id} and {batches})";

    /// <summary>A text: of a document, as its reference, as a summary, or pinned by a schedule.</summary>
    public static string Text(string id, string batches) => $"""
        (exists (select from {Lines(batches)} where d.text_id = {id})
         or exists (select from {Lines(batches)} where d.reference_text_id = {id})
         or exists (select from pipeline.summaries y where y.summary_text_id = {id} and {Work("y", batches)})
         or exists (select from pipeline.schedule_texts p where p.text_id = {id})
         or exists (select from pipeline.schedule_texts p where p.reference_text_id = {id}))
        """;

    /// <summary>A row of <c>fallbacks</c>.</summary>
    public static string Fallback(string row, string batches) => $"""
        exists (
            select from {Lines(batches)}
            where d.text_id = {row}.text_id
              and exists (select from pipeline.batch_recipes br where br.batch_id = bi.batch_id and br.recipe_id = {row}.recipe_id))
        """;

    /// <summary>The batch of the line runs a recipe on a text: it was asked to, or one of its recipes fell back to it.</summary>
    private static string Runs(string recipeId, string textId) => $"""
        (exists (select from pipeline.batch_recipes br where br.batch_id = bi.batch_id and br.recipe_id = {recipeId})
         or exists (select from pipeline.fallbacks f join pipeline.batch_recipes br on br.batch_id = bi.batch_id and br.recipe_id = f.recipe_id
                    where f.text_id = {textId} and f.fallback_recipe_id = {recipeId}))
        """;

    /// <summary>The batch <c>b</c> has an embedder: its own, or one beside it.</summary>
    private static string Embeds(string embedderId) => $"""
        (b.embedder_id = {embedderId}
         or exists (select from pipeline.batch_embedders be where be.batch_id = b.id and be.recipe_id = {embedderId}))
        """;

    private static string Lines(string batches) =>
        $"(pipeline.documents d join pipeline.batch_items bi on bi.document_id = d.id and {batches})";
}
