namespace Pipeline.Storage.Vectors;

/// <summary>How a build went.</summary>
/// <param name="Elapsed">Its time, vacuum and counting not included.</param>
/// <param name="IndexBytes">Size of the index.</param>
/// <param name="Notices">What the server had to say, such as that the graph outgrew its memory.</param>
public sealed record VectorIndexBuild(TimeSpan Elapsed, long IndexBytes, IReadOnlyList<string> Notices);
