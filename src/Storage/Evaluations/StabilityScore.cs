namespace Pipeline.Storage.Evaluations;

/// <summary>How much the generations of one text differ.</summary>
/// <param name="RecipeId">The recipe under evaluation.</param>
/// <param name="TextId">The text.</param>
/// <param name="Samples">Generations that succeeded, at least 2.</param>
/// <param name="Deviation">Sample standard deviation (n - 1) of ROUGE-L F against the reference; null without one.</param>
/// <param name="Pairs">Mean ROUGE-L F over all pairs of generations, 0 to 1.</param>
public sealed record StabilityScore(int RecipeId, long TextId, int Samples, double? Deviation, double Pairs);
