using Pipeline.ServiceDefaults.Http;
using Pipeline.Storage;
using Pipeline.Storage.Rows;

namespace Pipeline.Scoring.Requests;

/// <summary>Names of recipes in requests.</summary>
internal static class RecipeNames
{
    private const int ShownLength = 60;

    /// <summary>The current recipe of a name.</summary>
    /// <exception cref="ApiException">There is none of that stage; the message lists those there are.</exception>
    public static async Task<RecipeRow> RequireAsync(this RecipeRegistry registry, string name, string stage, CancellationToken cancellationToken)
    {
        if (await registry.CurrentAsync(name, stage, cancellationToken) is { } row)
        {
            return row;
        }

        var (code, what) = stage == "embed" ? ("unknown-embedder", "embedder") : ("unknown-recipe", "recipe");
        var known = (await registry.CurrentAsync(cancellationToken)).Where(recipe => recipe.Stage == stage).Select(recipe => recipe.Name);
        throw new ApiException(
            StatusCodes.Status400BadRequest, code, $"There is no {what} '{(name.Length > ShownLength ? name[..ShownLength] : name)}'.",
            $"Name one of these: {string.Join(", ", known)}. './pipeline migrate' makes new ones known.");
    }
}
