using Pipeline.Testing;

namespace Pipeline.Cli.Tests;

/// <summary>Batches whose summaries are in the database without services having made them.</summary>
internal static class SummarizedBatch
{
    /// <summary>
    /// Submits texts with references for the recipes lead and extractive. Each summary is the recipe's name and the text; lead took 0.25 s for
    /// each, extractive 0.5 s.
    /// </summary>
    public static async Task CreateAsync(DatabaseFixture database, string folder, string batch, IEnumerable<(string Text, string Reference)> lines)
    {
        await File.WriteAllLinesAsync(
            Path.Combine(folder, "batch.csv"),
            ["id,text,reference", .. lines.Select((line, i) => $"{batch}-{i},\"{line.Text.Replace("\"", "\"\"", StringComparison.Ordinal)}\",{line.Reference}")],
            TestContext.Current.CancellationToken);
        var submitted = await CliRun.StartAsync(
            database, folder, input: null, "submit", "batch.csv", "--batch", batch, "--recipe", "lead", "extractive", "--reference-column", "reference");
        Assert.Equal((0, ""), (submitted.ExitCode, submitted.ExitCode == 0 ? "" : submitted.Errors));
        await database.DataSource.ExecuteAsync("""
            insert into pipeline.texts (sha256, body, chars)
            select sha256(convert_to(made, 'UTF8')), made, char_length(made)
            from (select distinct r.name || ': ' || t.body as made from pipeline.batch_lines l join pipeline.batches b on b.id = l.batch_id and b.name = $1
                  join pipeline.recipes r on r.id = l.recipe_id join pipeline.texts t on t.id = l.text_id) m
            on conflict do nothing
            """, batch);
        await database.DataSource.ExecuteAsync("""
            insert into pipeline.summaries (recipe_id, text_id, summary_text_id, finish_reason, truncated, seconds)
            select distinct l.recipe_id, l.text_id, s.id, 'extracted', false, case when r.name = 'lead' then 0.25 else 0.5 end
            from pipeline.batch_lines l join pipeline.batches b on b.id = l.batch_id and b.name = $1
            join pipeline.recipes r on r.id = l.recipe_id join pipeline.texts t on t.id = l.text_id
            join pipeline.texts s on s.body = r.name || ': ' || t.body
            on conflict do nothing
            """, batch);
    }

    /// <summary>
    /// Scores the summaries: compression 0.5, and under each signature an F of 0.5 for extractive and 0.4 for lead, less <paramref name="step"/>
    /// for each line.
    /// </summary>
    public static async Task ScoreAsync(DatabaseFixture database, string batch, IEnumerable<string> signatures, double step = 0)
    {
        await database.DataSource.ExecuteAsync("""
            insert into pipeline.health_scores (recipe_id, embedder_id, text_id, summary_text_id, cosine, compression, drift_alarm, compression_alarm)
            select distinct l.recipe_id, l.embedder_id, l.text_id, l.summary_text_id, null::real, 0.5, false, false
            from pipeline.line_scores s join pipeline.batch_lines l using (batch_id, line, recipe_id) join pipeline.batches b on b.id = s.batch_id and b.name = $1
            on conflict do nothing
            """, batch);
        foreach (var signature in signatures)
        {
            await database.DataSource.ExecuteAsync("insert into pipeline.signatures (value) values ($1) on conflict do nothing", signature);
            await database.DataSource.ExecuteAsync("""
                insert into pipeline.rouge_scores
                select distinct g.id, s.summary_text_id, s.reference_text_id, v.f, v.f, v.f, v.f, v.f, v.f, v.f, v.f, v.f, v.f, v.f, v.f, 10, 10, 1, 1, 1, 1
                from pipeline.line_scores s join pipeline.batches b on b.id = s.batch_id and b.name = $1
                join pipeline.signatures g on g.value = $2
                cross join lateral (select (case when s.recipe = 'lead' then 0.4 else 0.5 end - $3 * (s.line - 2))::float8 as f) v
                on conflict do nothing
                """, batch, signature, step);
        }
    }
}
