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
        batch.BatchCommands.Add(new("""
            insert into pipeline.summaries (recipe_id, text_id, summary_text_id, finish_reason, truncated)
            select $1, r.text_id, t.id, r.finish_reason, r.truncated
            from unnest($2::bigint[], $3::bytea[], $4::text[], $5::boolean[]) as r(text_id, sha256, finish_reason, truncated)
            join pipeline.texts t on t.sha256 = r.sha256
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
            },
        });
        batch.BatchCommands.Add(SummaryWork.EnqueueEmbedding([recipeId], ids));
        batch.BatchCommands.Add(SummaryWork.EnqueueScoring([recipeId], ids));
    }
}
