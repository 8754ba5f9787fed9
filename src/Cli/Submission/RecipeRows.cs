using Pipeline.Inference;
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
                Sha256 = recipe.Sha256.ToArray(),
                Dimensions = recipe.Dimensions,
                SecondsPerText = (float)recipe.SecondsPerText,
            },
            cancellationToken);

    /// <summary>A built-in recipe of the given stage.</summary>
    /// <exception cref="UsageException">There is none of that name; the message lists them.</exception>
    public static RecipeDefinition Find(string name, RecipeStage stage)
    {
        var known = BuiltInRecipes.All.Where(recipe => recipe.Stage == stage).ToList();
        return known.FirstOrDefault(recipe => recipe.Name == name) ?? throw new UsageException(
            $"Unknown {(stage == RecipeStage.Embed ? "embedder" : "recipe")} '{name}'. Known: {string.Join(", ", known.Select(recipe => recipe.Name))}.");
    }
}
