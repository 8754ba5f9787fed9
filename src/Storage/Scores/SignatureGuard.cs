using Npgsql;
using NpgsqlTypes;

namespace Pipeline.Storage.Scores;

/// <summary>
/// Refuses to mix ROUGE scores that were made under different signatures. The same summaries differ by 20 points between tokenizers, so
/// whoever charts, compares or keeps a baseline of stored scores asks here first which signature they have.
/// </summary>
public sealed class SignatureGuard(NpgsqlDataSource dataSource)
{
    /// <summary>The one signature under which every recipe of a batch that has scores was scored.</summary>
    /// <param name="batchId">The batch.</param>
    /// <param name="recipeIds">Only these recipes; none means all.</param>
    /// <param name="wanted">The signature that the caller insists on, or null for the only one there is.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The signature; null when nothing was scored.</returns>
    /// <exception cref="PipelineStorageException">
    /// There are several and none was asked for, or a recipe has no scores under the one that was; the message names them.
    /// </exception>
    public async Task<string?> RequireAsync(
        long batchId, IReadOnlyCollection<int> recipeIds, string? wanted, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            select r.name, s.value, count(*)
            from pipeline.batch_lines l
            join pipeline.documents d on d.id = l.document_id and d.reference_text_id is not null
            join pipeline.rouge_scores g on g.summary_text_id = l.summary_text_id and g.reference_text_id = d.reference_text_id
            join pipeline.signatures s on s.id = g.signature_id
            join pipeline.recipes r on r.id = l.recipe_id
            where l.batch_id = $1 and (cardinality($2::int[]) = 0 or l.recipe_id = any($2))
            group by r.id, s.id order by r.name, s.value
            """);
        command.Parameters.Add(new() { Value = batchId });
        command.Parameters.Add(new() { Value = recipeIds.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer });
        var found = new List<ScoredUnder>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(new(reader.GetString(0), reader.GetString(1), reader.GetInt64(2)));
        }

        return Choose(found, wanted);
    }

    /// <summary>Makes sure that new scores may be held against a stored baseline.</summary>
    /// <exception cref="PipelineStorageException">They were made under another signature; the message names both.</exception>
    public static void RequireSame(string baseline, string current)
    {
        if (baseline != current)
        {
            throw new PipelineStorageException(
                $"The baseline was scored under '{baseline}' and these scores under '{current}'. Different signatures can't be compared: "
                + "set Pipeline:Scoring:Tokenizer back, or take a new baseline.");
        }
    }

    private static string? Choose(IReadOnlyList<ScoredUnder> found, string? wanted)
    {
        var signatures = found.Select(entry => entry.Signature).Distinct().ToList();
        if (wanted is null)
        {
            return signatures.Count <= 1
                ? signatures.SingleOrDefault()
                : throw new PipelineStorageException(
                    $"These scores were made under different ROUGE signatures, which can't be mixed: {List(found)}. Name one signature.");
        }

        var lacking = found.Select(entry => entry.Recipe).Distinct()
            .Except(found.Where(entry => entry.Signature == wanted).Select(entry => entry.Recipe)).ToList();
        if (found.Count == 0)
        {
            return null;
        }

        return lacking.Count == 0
            ? wanted
            : throw new PipelineStorageException(
                $"No scores of {string.Join(", ", lacking)} under the signature '{wanted}'. There are: {List(found)}.");
    }

    private static string List(IReadOnlyList<ScoredUnder> found) =>
        string.Join("; ", found.Select(entry => $"{entry.Recipe} {entry.Scores} under '{entry.Signature}'"));

    private readonly record struct ScoredUnder(string Recipe, string Signature, long Scores);
}
