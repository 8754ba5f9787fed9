using Pipeline.Inference.Recipes;
using Pipeline.Storage;
using Pipeline.Storage.Evaluations;
using Pipeline.Storage.Rows;

namespace Pipeline.Scoring.Evaluations;

/// <summary>The variants of a recipe that a stability check runs, as rows.</summary>
public static class SampledVariants
{
    /// <summary>The variants with the seeds 1 to n, made when they are new.</summary>
    /// <exception cref="RecipeException">The recipe's engine draws nothing.</exception>
    public static async Task<IReadOnlyList<SampledVariant>> EnsureAsync(
        RecipeRegistry registry, RecipeRow recipe, StabilitySampling sampling, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(sampling);
        var definition = RecipeJson.Parse(recipe.Definition);
        var variants = new List<SampledVariant>();
        for (var sample = 1; sample <= sampling.Samples; sample++)
        {
            var variant = SampledRecipe.Of(definition, sampling.Temperature, seed: sample);
            var row = await registry.EnsureAsync(
                new RecipeRow
                {
                    Name = variant.Name,
                    Stage = recipe.Stage,
                    Engine = recipe.Engine,
                    Definition = variant.CanonicalJson,
                    Sha256 = Convert.FromHexString(variant.Sha256),
                    SecondsPerText = recipe.SecondsPerText,
                },
                cancellationToken);
            variants.Add(new SampledVariant(row.Id, recipe.Id, sample, Seed: sample));
        }

        return variants;
    }
}
