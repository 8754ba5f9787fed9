namespace Pipeline.Storage.Ledger;

/// <summary>A chunk that was put together and has to be sent.</summary>
public sealed record DispatchChunk(long Id, int RecipeId, string Queue, long[] TextIds);
