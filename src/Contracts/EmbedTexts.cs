namespace Pipeline.Contracts;

/// <summary>Command: embed these texts. Carries ids only; the texts stay in PostgreSQL, so a message is never large.</summary>
/// <param name="ChunkId">Ledger row of this group; a message whose chunk was sent again under another id is stale.</param>
/// <param name="RecipeId">The embedder to run.</param>
/// <param name="TextIds">The texts, at most 64.</param>
public sealed record EmbedTexts(long ChunkId, int RecipeId, IReadOnlyList<long> TextIds);
