namespace Pipeline.SearchBench;

/// <summary>Vectors to search in and for.</summary>
/// <param name="Stored">The documents' vectors, in order.</param>
/// <param name="Queries">The queries' vectors.</param>
internal sealed record Subject(IAsyncEnumerable<float[]> Stored, IReadOnlyList<float[]> Queries);
