using Npgsql;

namespace Pipeline.Testing;

/// <summary>
/// What must hold of the database when the work is over, whatever happened on the way: nothing lost, nothing twice, nothing left.
/// </summary>
public static class LedgerInvariants
{
    private static readonly (string Rule, string Count)[] s_rules =
    [
        ("an accepted line has no final state", """
            select count(*) from pipeline.batch_lines l join pipeline.batches b on b.id = l.batch_id
            where b.state = 'loaded' and l.state not in ('done', 'rejected', 'quarantined', 'cancelled')
            """),
        ("a work item is not settled", "select count(*) from pipeline.work_items where state in ('pending', 'running')"),
        ("a settled work item belongs to a chunk", "select count(*) from pipeline.work_items where chunk_id is not null"),
        ("a running item has no chunk", """
            select count(*) from pipeline.work_items w
            where w.state = 'running' and not exists (select from pipeline.chunks c where c.id = w.chunk_id)
            """),
        ("a chunk is left", "select count(*) from pipeline.chunks"),
        ("a summary waits for its scores", "select count(*) from pipeline.unscored"),
        ("a done item has no result", """
            select count(*) from pipeline.work_items w join pipeline.recipes r on r.id = w.recipe_id
            where w.state = 'done'
              and (select count(*) from pipeline.embeddings e where e.recipe_id = w.recipe_id and e.text_id = w.text_id)
                + (select count(*) from pipeline.summaries s where s.recipe_id = w.recipe_id and s.text_id = w.text_id) <> 1
            """),
        ("a result has no done item", """
            select count(*) from (select recipe_id, text_id from pipeline.embeddings union all select recipe_id, text_id from pipeline.summaries) x
            where not exists (select from pipeline.work_items w where w.recipe_id = x.recipe_id and w.text_id = x.text_id
                              and (w.state = 'done' or (w.state = 'quarantined' and w.error_code = 'health')))
            """),
        ("a result is of a text that nobody submitted", """
            select count(*) from pipeline.summaries s where not exists (select from pipeline.documents d where d.text_id = s.text_id)
            """),
        ("a vector is of a text that is neither submitted nor a summary", """
            select count(*) from pipeline.embeddings e
            where not exists (select from pipeline.documents d where d.text_id = e.text_id)
              and not exists (select from pipeline.summaries s where s.summary_text_id = e.text_id)
            """),
        ("a summary has no health score", """
            select count(*) from pipeline.batch_lines l
            where l.summary_text_id is not null and l.state <> 'cancelled'
              and not exists (select from pipeline.health_scores h where h.text_id = l.text_id and h.recipe_id = l.recipe_id
                              and h.embedder_id = l.embedder_id)
            """),
        ("a summary has no text statistics", """
            select count(*) from pipeline.batch_lines l
            where l.summary_text_id is not null and l.state <> 'cancelled'
              and not exists (select from pipeline.text_statistics x where x.text_id = l.text_id and x.recipe_id = l.recipe_id)
            """),
        ("a summary with a reference has no ROUGE", """
            select count(*) from pipeline.batch_lines l join pipeline.documents d on d.id = l.document_id
            where l.summary_text_id is not null and d.reference_text_id is not null
              and not exists (select from pipeline.rouge_scores g where g.summary_text_id = l.summary_text_id
                              and g.reference_text_id = d.reference_text_id)
            """),
        ("the counts of a batch do not add up", """
            select count(*) from pipeline.batch_progress p
            where p.pending + p.running + p.done + p.rejected + p.quarantined + p.cancelled <> p.accepted
               or p.accepted <> (select count(*) from pipeline.batch_items i where i.batch_id = p.batch_id)
            """),
    ];

    /// <summary>The rules that do not hold, each with the number of its violations.</summary>
    public static async Task<IReadOnlyList<string>> ViolationsAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            string.Join(" union all ", s_rules.Select((rule, index) => $"select {index}, ({rule.Count})")));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var violations = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            if (reader.GetInt64(1) is var count and > 0)
            {
                violations.Add($"{s_rules[reader.GetInt32(0)].Rule} ({count})");
            }
        }

        return violations;
    }
}
