using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Pipeline.Storage.Ledger;

namespace Pipeline.Storage.Results;

/// <summary>
/// Stores summaries. A summary is a text too: it is stored once however often it occurs, and every embedder that embeds its source
/// gets one more work item for it.
/// </summary>
public sealed class SummaryWriter : IResultWriter<SummaryRecord>
{
    /// <inheritdoc />
    public void Append(NpgsqlBatch batch, int recipeId, IReadOnlyList<TextResult<SummaryRecord>> results)
    {
        var ids = results.Select(result => result.TextId).ToArray();
        var hashes = results.Select(result => SHA256.HashData(Encoding.UTF8.GetBytes(result.Value.Text))).ToArray();
        batch.BatchCommands.Add(TextRows.InsertCommand(hashes, results.Select(result => result.Value.Text).ToArray()));
        // Work follows from rows that are new here; those of an earlier settlement had theirs then. A result whose item is gone (its
        // chunk was taken away from a worker that fell silent, and then cancelled or pruned) is nobody's any more.
        batch.BatchCommands.Add(new("""
            with written as (
                insert into pipeline.summaries (
                    recipe_id, text_id, summary_text_id, finish_reason, truncated, flags, source_tokens, read_tokens, prompt_tokens, output_tokens,
                    seconds)
                select $1, r.text_id, t.id, r.finish_reason, r.truncated, string_to_array(r.flags, ','), r.source_tokens, r.read_tokens,
                       r.prompt_tokens, r.output_tokens, r.seconds
                from unnest($2::bigint[], $3::bytea[], $4::text[], $5::boolean[], $6::text[], $7::int[], $8::int[], $9::int[], $10::int[],
                            $11::real[])
                     as r(text_id, sha256, finish_reason, truncated, flags, source_tokens, read_tokens, prompt_tokens, output_tokens, seconds)
                join pipeline.texts t on t.sha256 = r.sha256
                join pipeline.work_items i on i.text_id = r.text_id and i.recipe_id = $1
                on conflict do nothing
                returning text_id, summary_text_id),
            waiting as (
                insert into pipeline.unscored (recipe_id, text_id) select $1, text_id from written order by 2 on conflict do nothing)
            insert into pipeline.work_items (recipe_id, text_id)
            select distinct e.recipe_id, w.summary_text_id
            from written w
            join pipeline.work_items e
              on e.text_id = w.text_id and e.recipe_id = any(array(select id from pipeline.recipes where stage = 'embed'))
            order by 2, 1
            on conflict do nothing
            """)
        {
            Parameters =
            {
                new() { Value = recipeId },
                new() { Value = ids },
                new() { Value = hashes },
                new() { Value = results.Select(result => result.Value.FinishReason).ToArray() },
                new() { Value = results.Select(result => result.Value.Truncated).ToArray() },
                // Codes without commas: an array of arrays of different lengths does not exist in PostgreSQL.
                new() { Value = results.Select(result => string.Join(',', result.Value.Flags)).ToArray() },
                new() { Value = results.Select(result => result.Value.SourceTokens).ToArray() },
                new() { Value = results.Select(result => result.Value.ReadTokens).ToArray() },
                new() { Value = results.Select(result => result.Value.PromptTokens).ToArray() },
                new() { Value = results.Select(result => result.Value.OutputTokens).ToArray() },
                new() { Value = results.Select(result => (float?)result.Value.Seconds).ToArray() },
            },
        });
    }
}
