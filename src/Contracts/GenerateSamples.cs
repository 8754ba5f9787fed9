namespace Pipeline.Contracts;

/// <summary>
/// Command: generate for an evaluation. Like <see cref="SummarizeTexts"/>, with results apart from those of production and of lower
/// priority.
/// </summary>
/// <param name="ChunkId">Ledger row of this group; a message whose chunk was sent again under another id is stale.</param>
/// <param name="RecipeId">The recipe to run.</param>
/// <param name="GenerationIds">The generations, at most 64.</param>
public sealed record GenerateSamples(long ChunkId, int RecipeId, IReadOnlyList<long> GenerationIds);
