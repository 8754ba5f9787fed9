namespace Pipeline.Storage.Batches;

/// <summary>What a cancellation did.</summary>
/// <param name="WasCancelled">The batch had been cancelled before; work that was left over is taken out now.</param>
/// <param name="WorkItems">Pending work items taken out of the ledger.</param>
public sealed record CancelOutcome(bool WasCancelled, long WorkItems);
