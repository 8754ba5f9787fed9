using Pipeline.Storage.Rows;

namespace Pipeline.Storage.Reports;

/// <summary>How far a batch is, over all its recipes.</summary>
/// <param name="Batch">Id of the batch.</param>
/// <param name="Name">Its name.</param>
/// <param name="State"><c>loading</c>, <c>running</c>, <c>finished</c>, <c>cancelled</c> or <c>pruning</c>.</param>
/// <param name="CreatedAt">When it was submitted.</param>
/// <param name="Percent">Of all steps, those that have ended, rounded down; null while it is being loaded.</param>
/// <param name="RejectedLines">Lines refused when they were read.</param>
/// <param name="Accepted">Lines accepted.</param>
/// <param name="Duplicates">Accepted lines whose document was known before.</param>
/// <param name="Recipes">Accepted lines by state, for each recipe.</param>
public sealed record BatchStatus(
    long Batch, string Name, string State, DateTimeOffset CreatedAt, int? Percent, long RejectedLines, long Accepted, long Duplicates,
    IReadOnlyList<RecipeStatus> Recipes)
{
    /// <summary>Sums up the rows of one batch; there is at least one.</summary>
    public static BatchStatus Of(IReadOnlyList<BatchProgressRow> rows)
    {
        var (first, settled, steps) = (rows[0], rows.Sum(row => row.SettledSteps), rows.Sum(row => row.Steps));
        return new BatchStatus(
            first.BatchId,
            first.Batch,
            first.BatchState != "loaded" ? first.BatchState : rows.All(row => row.IsFinished) ? "finished" : "running",
            first.CreatedAt,
            first.BatchState == "loading" ? null : steps == 0 ? 100 : (int)(100 * settled / steps),
            first.RejectedLines,
            first.Accepted,
            first.Duplicates,
            [.. rows.Select(row => new RecipeStatus(
                row.Recipe, row.Pending, row.Running, row.Done, row.Rejected, row.Quarantined, row.Cancelled, row.Scored))]);
    }
}
