namespace Pipeline.Storage.Reviews;

/// <summary>A review, without anything that tells which recipe made what.</summary>
/// <param name="Id">Id.</param>
/// <param name="Name">Its name.</param>
/// <param name="BatchId">Batch that its documents were drawn from; it may be gone.</param>
/// <param name="Batch">The name of that batch.</param>
/// <param name="Documents">How many documents there are to rate.</param>
/// <param name="Summaries">Summaries of each.</param>
/// <param name="Reviewers">Who has rated how many documents, by name.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ClosedAt">From when on it takes no ratings; null while it does.</param>
public sealed record ReviewRow(
    long Id, string Name, long BatchId, string Batch, int Documents, int Summaries, IReadOnlyList<ReviewerProgress> Reviewers,
    DateTimeOffset CreatedAt, DateTimeOffset? ClosedAt)
{
    /// <summary>Documents that this reviewer has rated.</summary>
    public int RatedBy(string reviewer) => Reviewers.FirstOrDefault(progress => progress.Reviewer == reviewer)?.Documents ?? 0;
}
