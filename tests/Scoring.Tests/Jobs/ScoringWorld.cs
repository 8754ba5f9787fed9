using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Pipeline.Storage;
using Pipeline.Storage.Intake;
using Pipeline.Storage.Rows;
using Pipeline.Testing;

namespace Pipeline.Scoring.Tests.Jobs;

/// <summary>A database in which summaries and embeddings are ready and nothing is scored.</summary>
internal static class ScoringWorld
{
    /// <summary>Loads the documents and settles their work: a summary is the first ten characters of its text.</summary>
    public static async Task PrepareAsync(NpgsqlDataSource dataSource, IReadOnlyList<IntakeDocument> documents)
    {
        var embedder = await RecipeAsync(dataSource, "embed");
        var summarizer = await RecipeAsync(dataSource, "summarize");
        await Backlog.LoadAsync(
            dataSource, new BatchSubmission("default", null, "tests", SHA256.HashData([1]), embedder, [summarizer]), documents);
        await dataSource.ExecuteAsync("""
            insert into pipeline.texts (sha256, body, chars)
            select distinct sha256(convert_to(left(t.body, 10), 'UTF8')), left(t.body, 10), 10
            from pipeline.documents d join pipeline.texts t on t.id = d.text_id on conflict do nothing
            """);
        await dataSource.ExecuteAsync("""
            insert into pipeline.summaries
            select $1, t.id, st.id, 'copied', false
            from pipeline.documents d join pipeline.texts t on t.id = d.text_id
            join pipeline.texts st on st.sha256 = sha256(convert_to(left(t.body, 10), 'UTF8'))
            """, summarizer);
        await dataSource.ExecuteAsync(
            "insert into pipeline.work_items (recipe_id, text_id) select $1, summary_text_id from pipeline.summaries on conflict do nothing", embedder);
        await dataSource.ExecuteAsync("update pipeline.work_items set state = 'done', attempts = 1");
        await dataSource.ExecuteAsync("""
            insert into pipeline.embeddings
            select recipe_id, text_id, case when text_id % 2 = 0 then '[0.6,0.8]'::halfvec else '[1,0]'::halfvec end
            from pipeline.work_items where recipe_id = $1
            """, embedder);
        await dataSource.ExecuteAsync("insert into pipeline.unscored select recipe_id, text_id from pipeline.summaries");
    }

    private static async Task<int> RecipeAsync(NpgsqlDataSource dataSource, string stage) => (await new RecipeRegistry(dataSource).EnsureAsync(
        new RecipeRow
        {
            Name = stage,
            Stage = stage,
            Engine = "fake",
            Definition = "{}",
            Sha256 = SHA256.HashData(Encoding.UTF8.GetBytes(stage)),
            Dimensions = stage == "embed" ? 2 : null,
            SecondsPerText = 1,
        },
        TestContext.Current.CancellationToken)).Id;
}
