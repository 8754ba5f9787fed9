namespace Pipeline.Storage.Evaluations;

/// <summary>A recipe that generates one of the samples of another.</summary>
/// <param name="RecipeId">What runs: a variant with its own seed.</param>
/// <param name="OfRecipeId">The recipe that is checked.</param>
/// <param name="Sample">Number of the sample, from 1.</param>
/// <param name="Seed">Seed of the variant.</param>
public sealed record SampledVariant(int RecipeId, int OfRecipeId, int Sample, int? Seed);
