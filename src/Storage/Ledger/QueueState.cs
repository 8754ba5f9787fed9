namespace Pipeline.Storage.Ledger;

/// <summary>The ledger's view of one queue.</summary>
/// <param name="Outstanding">Chunks sent and not settled.</param>
/// <param name="Waiting">Those of them that no worker has begun.</param>
/// <param name="OldestWaiting">How long the oldest of these has waited.</param>
/// <param name="NewestBegun">Highest chunk id that a worker holds now, or null.</param>
public sealed record QueueState(int Outstanding, int Waiting, TimeSpan OldestWaiting, long? NewestBegun)
{
    /// <summary>Nothing is outstanding.</summary>
    public static QueueState Empty { get; } = new(0, 0, TimeSpan.Zero, null);
}
