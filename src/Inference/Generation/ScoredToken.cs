namespace Pipeline.Inference.Generation;

/// <summary>An id and its score.</summary>
/// <param name="Id">The id.</param>
/// <param name="Score">Its logit, or what was made of it.</param>
public readonly record struct ScoredToken(int Id, float Score);
