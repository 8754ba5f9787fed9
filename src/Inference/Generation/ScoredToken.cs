namespace Pipeline.Inference.Generation;

/// <summary>An id and its score.</summary>
internal readonly record struct ScoredToken(int Id, float Score);
