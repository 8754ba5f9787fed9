namespace Pipeline.Storage.Batches;

/// <summary>
/// The statements of <see cref="BatchPruner"/>. Counting and removing ask the same questions of <see cref="Need"/>: counting with the
/// batches that are to go in <c>$1</c>, removing with none, because their lines are gone by then.
/// </summary>
internal static class PruneStatements
{
    /// <summary>Counts what removing the batches <c>$1</c> would remove, in the order of <see cref="PruneCounts"/>.</summary>
    public static readonly string Count = $"""
        with doc as materialized (
            select d.id, d.text_id, d.reference_text_id from pipeline.documents d
            where d.id in (select document_id from pipeline.batch_items where batch_id = any($1))),
        source as materialized (select distinct text_id from doc),
        summary as materialized (select s.recipe_id, s.text_id, s.summary_text_id from source join pipeline.summaries s using (text_id)),
        embedded as materialized (select text_id from source union select summary_text_id from summary),
        touched as (select text_id from embedded union select reference_text_id from doc where reference_text_id is not null)
        select (select count(*) from pipeline.batch_items where batch_id = any($1)),
               (select count(*) from pipeline.batch_rejects where batch_id = any($1)),
               (select count(*) from doc where not {Need.Document("doc.id", Need.Others)}),
               (select count(*) from touched where not {Need.Text("touched.text_id", Need.Others)}),
               (select count(*) from summary where not {Need.Work("summary", Need.Others)}),
               (select count(*) from embedded join pipeline.embeddings e using (text_id) where not {Need.Work("e", Need.Others)}),
               (select count(*) from embedded join pipeline.work_items w using (text_id) where not {Need.Work("w", Need.Others)}),
               (select count(*) from source join pipeline.health_scores h using (text_id) where not {Need.Health("h", Need.Others)})
               + (select count(*) from (select distinct summary_text_id from summary) s join pipeline.rouge_scores g using (summary_text_id)
                  where not {Need.Rouge("g", Need.Others)})
               + (select count(*) from source join pipeline.text_statistics x using (text_id) where not {Need.Statistics("x", Need.Others)})
        """;

    /// <summary>Removes up to <c>$3</c> lines of batch <c>$1</c> after line <c>$2</c>; gives line and document of each.</summary>
    public const string RemoveLines = """
        delete from pipeline.batch_items
        where batch_id = $1 and line = any(array(
            select line from pipeline.batch_items where batch_id = $1 and line > $2 order by line limit $3))
        returning line, document_id
        """;

    /// <summary>Text, reference and summaries of the documents <c>$1</c>, one row per document and summary.</summary>
    public const string Texts = """
        select d.text_id, d.reference_text_id, s.summary_text_id
        from pipeline.documents d left join pipeline.summaries s on s.text_id = d.text_id
        where d.id = any($1)
        """;

    // $1 no batches, $2 documents, $3 their texts, $4 summaries of these, $5 texts and summaries, $6 those and references.

    /// <summary>Removes health scores.</summary>
    public static readonly string RemoveHealth =
        $"delete from pipeline.health_scores h where h.text_id = any($3) and not {Need.Health("h", Need.Others)}";

    /// <summary>Removes ROUGE scores.</summary>
    public static readonly string RemoveRouge =
        $"delete from pipeline.rouge_scores g where g.summary_text_id = any($4) and not {Need.Rouge("g", Need.Others)}";

    /// <summary>Removes text statistics.</summary>
    public static readonly string RemoveStatistics =
        $"delete from pipeline.text_statistics x where x.text_id = any($3) and not {Need.Statistics("x", Need.Others)}";

    /// <summary>Removes requests for scores.</summary>
    public static readonly string RemoveUnscored =
        $"delete from pipeline.unscored u where u.text_id = any($3) and not {Need.Work("u", Need.Others)}";

    /// <summary>Removes vectors.</summary>
    public static readonly string RemoveEmbeddings =
        $"delete from pipeline.embeddings e where e.text_id = any($5) and not {Need.Work("e", Need.Others)}";

    /// <summary>Removes work items but for those that run.</summary>
    public static readonly string RemoveWork =
        $"delete from pipeline.work_items w where w.text_id = any($5) and w.state <> 'running' and not {Need.Work("w", Need.Others)}";

    /// <summary>Removes summaries.</summary>
    public static readonly string RemoveSummaries =
        $"delete from pipeline.summaries s where s.text_id = any($3) and not {Need.Work("s", Need.Others)}";

    /// <summary>Removes what says that a text fell back to another recipe.</summary>
    public static readonly string RemoveFallbacks =
        $"delete from pipeline.fallbacks k where k.text_id = any($3) and not {Need.Fallback("k", Need.Others)}";

    /// <summary>Removes documents.</summary>
    public static readonly string RemoveDocuments =
        $"delete from pipeline.documents d where d.id = any($2) and not {Need.Document("d.id", Need.Others)}";

    /// <summary>Removes texts.</summary>
    public static readonly string RemoveTexts =
        $"delete from pipeline.texts t where t.id = any($6) and not {Need.Text("t.id", Need.Others)}";

    /// <summary>Work that should be gone and is not: it runs.</summary>
    public static readonly string WorkLeft =
        $"select count(*) from pipeline.work_items w where w.text_id = any($5) and not {Need.Work("w", Need.Others)}";
}
