namespace Pipeline.Storage.Batches;

/// <summary>A finished batch that is old enough to be pruned, or one whose pruning was interrupted.</summary>
public sealed record PruneCandidate(long Id, string Name);
