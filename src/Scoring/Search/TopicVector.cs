namespace Pipeline.Scoring.Search;

/// <summary>A topic as an embedder sees it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Vector">The vector of its description.</param>
public sealed record TopicVector(string Name, float[] Vector);
