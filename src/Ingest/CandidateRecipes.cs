using Pipeline.Inference.Recipes;
using Pipeline.Storage;
using Pipeline.Storage.Rows;

namespace Pipeline.Ingest;

/// <summary>The recipes of summaries that come with their texts, as rows.</summary>
public static class CandidateRecipes
{
    /// <summary>The row of the recipe of this name for the documents of a tenant, made when it is new.</summary>
    /// <exception cref="RecipeException">The name can't be one.</exception>
    public static Task<RecipeRow> EnsureAsync(RecipeRegistry registry, string name, string tenant, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(registry);
        var recipe = CandidateRecipe.Of(name, tenant);
        return registry.EnsureAsync(
            new RecipeRow
            {
                Name = recipe.Name,
                Stage = "summarize",
                Engine = recipe.Engine,
                Definition = recipe.CanonicalJson,
                Sha256 = Convert.FromHexString(recipe.Sha256),
                SecondsPerText = (float)recipe.SecondsPerText,
            },
            cancellationToken);
    }
}
