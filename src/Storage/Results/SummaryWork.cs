using Npgsql;

namespace Pipeline.Storage.Results;

/// <summary>Work that follows from summaries which exist already when a submission asks for them (a new embedder, a new reference).</summary>
internal static class SummaryWork
{
    /// <summary>One embed item per summary for every embedder that has an item for its source.</summary>
    public static NpgsqlBatchCommand EnqueueEmbedding(int[] recipeIds, long[] textIds) => new("""
        insert into pipeline.work_items (recipe_id, text_id)
        select distinct e.recipe_id, s.summary_text_id
        from pipeline.summaries s
        join pipeline.work_items e
          on e.text_id = s.text_id and e.recipe_id = any(array(select id from pipeline.recipes where stage = 'embed'))
        where s.recipe_id = any($1) and s.text_id = any($2)
        order by 2, 1
        on conflict do nothing
        """)
    {
        Parameters = { new() { Value = recipeIds }, new() { Value = textIds } },
    };

    /// <summary>Marks summaries as waiting for scores.</summary>
    public static NpgsqlBatchCommand EnqueueScoring(int[] recipeIds, long[] textIds) => new("""
        insert into pipeline.unscored (recipe_id, text_id)
        select recipe_id, text_id from pipeline.summaries where recipe_id = any($1) and text_id = any($2)
        order by 2, 1
        -- Not "do nothing": the row must stay locked until the documents that ask for it are committed and can be seen.
        on conflict (text_id, recipe_id) do update set recipe_id = excluded.recipe_id
        """)
    {
        Parameters = { new() { Value = recipeIds }, new() { Value = textIds } },
    };
}
