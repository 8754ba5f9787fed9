using Npgsql;
using Pipeline.Storage.Ledger;
using Pipeline.Storage.Results;

namespace Pipeline.Storage.Evaluations;

/// <summary>Writes what evaluations generate beside their work, once; production sees nothing of it.</summary>
public sealed class GenerationWriter : IResultWriter<SummaryRecord>
{
    /// <inheritdoc />
    public void Append(NpgsqlBatch batch, int recipeId, IReadOnlyList<TextResult<SummaryRecord>> results) => batch.BatchCommands.Add(new("""
        update pipeline.generations g
        set summary = r.summary, finish_reason = r.finish_reason, truncated = r.truncated, output_tokens = r.output_tokens, seconds = r.seconds
        from unnest($1::bigint[], $2::text[], $3::text[], $4::boolean[], $5::int[], $6::real[])
            as r(id, summary, finish_reason, truncated, output_tokens, seconds)
        where g.id = r.id and g.summary is null
        """)
    {
        Parameters =
        {
            new() { Value = results.Select(result => result.TextId).ToArray() },
            new() { Value = results.Select(result => result.Value.Text).ToArray() },
            new() { Value = results.Select(result => result.Value.FinishReason).ToArray() },
            new() { Value = results.Select(result => result.Value.Truncated).ToArray() },
            new() { Value = results.Select(result => result.Value.OutputTokens).ToArray() },
            new() { Value = results.Select(result => (float)(result.Value.Seconds ?? 0)).ToArray() },
        },
    });
}
