namespace Pipeline.Storage.Vectors;

/// <summary>An embedder and its vector index.</summary>
/// <param name="EmbedderId">Recipe id.</param>
/// <param name="Embedder">Its name.</param>
/// <param name="Dimensions">Components of its vectors.</param>
/// <param name="Vectors">Vectors stored, summaries included, as the database's statistics estimate it; null before it has any.</param>
/// <param name="TableBytes">Size of the vectors' table without indexes.</param>
/// <param name="State">Whether there is an index.</param>
/// <param name="IndexBytes">Size of the index; 0 without one.</param>
/// <param name="BuildPercent">How far a build is, where that can be told.</param>
public sealed record VectorIndexRow(
    int EmbedderId, string Embedder, int Dimensions, long? Vectors, long TableBytes, VectorIndexState State, long IndexBytes, int? BuildPercent);
