namespace Pipeline.Storage.Ledger;

/// <summary>What a worker may work on after it has taken a chunk.</summary>
/// <param name="Id">Chunk id.</param>
/// <param name="RecipeId">The recipe to run.</param>
/// <param name="Together">First attempts: begun already, may run in one batch.</param>
/// <param name="Alone">Texts with an attempt behind them: each is begun and run by itself, so that a text that kills the process
/// takes nobody with it.</param>
public sealed record WorkChunk(long Id, int RecipeId, IReadOnlyList<WorkText> Together, IReadOnlyList<WorkText> Alone);
