using Npgsql;
using Pipeline.Storage.Ledger;
using Pipeline.Storage.Results;

namespace Pipeline.Storage.Intake;

/// <summary>
/// Summaries that come with their texts, in the transaction that accepts these. Results are kept by text and recipe, so one recipe has one
/// candidate for a text: the first.
/// </summary>
internal sealed class CandidateWindow(NpgsqlConnection connection, NpgsqlTransaction transaction, int recipeId)
{
    /// <summary>How a summary that was given has ended.</summary>
    private const string FinishReason = "given";

    private readonly Dictionary<long, string> _candidates = [];

    /// <summary>Settles the work of the texts and takes their candidates.</summary>
    /// <returns>Candidates that count, by text: those given here, or what an earlier submission gave.</returns>
    public async Task<IReadOnlyDictionary<long, string>> TakeAsync(IEnumerable<(long TextId, string Candidate)> given, CancellationToken cancellationToken)
    {
        foreach (var (textId, candidate) in given)
        {
            _candidates.TryAdd(textId, candidate);
        }

        // Whoever inserts the item first gives the candidate; who comes second waits here for the first to commit, and then sees its summary.
        await using var batch = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands =
            {
                new("""
                    insert into pipeline.work_items (recipe_id, text_id, state)
                    select $1, text_id, 'done' from unnest($2::bigint[]) text_id order by text_id
                    on conflict do nothing
                    """)
                {
                    Parameters = { new() { Value = recipeId }, new() { Value = TextIds } },
                },
                new("""
                    select s.text_id, t.body from pipeline.summaries s join pipeline.texts t on t.id = s.summary_text_id
                    where s.recipe_id = $1 and s.text_id = any($2)
                    """)
                {
                    Parameters = { new() { Value = recipeId }, new() { Value = TextIds } },
                },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            _candidates[reader.GetInt64(0)] = reader.GetString(1);
        }

        return _candidates;
    }

    /// <summary>Writes them as summaries, with what follows from them. Comes after the work of the texts.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection, transaction);
        new SummaryWriter().Append(
            batch, recipeId,
            [.. _candidates.Select(entry => new TextResult<SummaryRecord>(
                entry.Key, new SummaryRecord(entry.Value, FinishReason, Truncated: false) { Seconds = null }))]);
        batch.BatchCommands.Add(SummaryWork.EnqueueEmbedding([recipeId], TextIds));
        batch.BatchCommands.Add(SummaryWork.EnqueueScoring([recipeId], TextIds));
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private long[] TextIds => [.. _candidates.Keys];
}
