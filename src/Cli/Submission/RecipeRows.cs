using Pipeline.Inference.Recipes;
using Pipeline.Storage;
using Pipeline.Storage.Rows;

namespace Pipeline.Cli.Submission;

/// <summary>Recipe definitions on their way into the database.</summary>
internal static class RecipeRows
{
    /// <summary>The row of a definition, made when it is new.</summary>
    public static Task<RecipeRow> EnsureAsync(RecipeRegistry registry, RecipeDefinition recipe, CancellationToken cancellationToken) =>
        registry.EnsureAsync(
            new RecipeRow
            {
                Name = recipe.Name,
                Stage = recipe.Stage == RecipeStage.Embed ? "embed" : "summarize",
                Engine = recipe.Engine,
                Definition = recipe.CanonicalJson,
                Sha256 = Convert.FromHexString(recipe.Sha256),
                Dimensions = recipe.Dimensions,
                SecondsPerText = (float)recipe.SecondsPerText,
            },
            cancellationToken);
}
