namespace Pipeline.Storage.Ledger;

/// <summary>Times of <see cref="ChunkRunner{T}"/>.</summary>
/// <param name="Lease">A chunk whose lease ran out is sent again. Renewed three times per lease.</param>
/// <param name="TextDeadline">The longest that a worker may go without finishing a text before those that run are given up.</param>
/// <param name="ChunkBudget">After this long a chunk starts no further text and returns the rest; keeps every message well below the
/// broker's consumer timeout (30 minutes), past which it would be delivered again for ever.</param>
/// <param name="MaxOutage">How long a worker waits for PostgreSQL before the message goes back to the queue.</param>
/// <param name="FlushInterval">Finished texts are committed at least this often.</param>
public sealed record ChunkRunnerOptions(TimeSpan Lease, TimeSpan TextDeadline, TimeSpan ChunkBudget, TimeSpan MaxOutage, TimeSpan FlushInterval)
{
    /// <summary>Two minutes, five minutes, ten minutes, two minutes, two seconds.</summary>
    public static ChunkRunnerOptions Default { get; } =
        new(TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(2));
}
