using Microsoft.Extensions.Options;
using Pipeline.Inference.Recipes;
using Pipeline.ServiceDefaults.Http;
using Pipeline.Storage;
using Pipeline.Storage.Rows;

namespace Pipeline.Ingest.Http;

/// <summary>Finds the recipes that a request names, or those that the configuration names for requests that name none.</summary>
internal sealed class RecipeChoice(RecipeRegistry registry, IOptions<ApiOptions> options)
{
    /// <summary>The current embedder of that name.</summary>
    /// <exception cref="ApiException">There is none; the answer names those that there are.</exception>
    public Task<RecipeRow> EmbedderAsync(string? name, CancellationToken cancellationToken) =>
        FindAsync(name ?? options.Value.Embedder, "embed", cancellationToken);

    /// <summary>The current summariser of that name.</summary>
    /// <exception cref="ApiException">There is none; the answer names those that there are.</exception>
    public Task<RecipeRow> SummarizerAsync(string? name, CancellationToken cancellationToken) =>
        FindAsync(name ?? options.Value.Recipe, "summarize", cancellationToken);

    /// <summary>The recipe of the summaries that a tenant's request brings. It must not be taken for one that an engine runs.</summary>
    /// <param name="name">Its name; null for the usual one.</param>
    /// <param name="tenant">Who sends them.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ApiException">The name is taken, or can't be one.</exception>
    public async Task<RecipeRow> CandidateAsync(string? name, string tenant, CancellationToken cancellationToken)
    {
        var wanted = name ?? CandidateRecipe.DefaultName;
        try
        {
            return await registry.CurrentAsync(wanted, "summarize", cancellationToken) is null
                ? await CandidateRecipes.EnsureAsync(registry, wanted, tenant, cancellationToken)
                : throw new ApiException(
                    StatusCodes.Status400BadRequest, "bad-candidate-recipe", $"'{wanted}' is a recipe that makes summaries.", "Choose another candidate_recipe.");
        }
        catch (RecipeException exception)
        {
            throw new ApiException(
                StatusCodes.Status400BadRequest, "bad-candidate-recipe", exception.Message, "Choose another candidate_recipe.", exception);
        }
    }

    private async Task<RecipeRow> FindAsync(string name, string stage, CancellationToken cancellationToken)
    {
        if (await registry.CurrentAsync(name, stage, cancellationToken) is { } recipe)
        {
            return recipe;
        }

        var known = (await registry.CurrentAsync(cancellationToken)).Where(row => row.Stage == stage).Select(row => row.Name);
        throw new ApiException(
            StatusCodes.Status400BadRequest, "unknown-recipe", $"There is no recipe '{(name.Length > 64 ? name[..64] : name)}' for the stage {stage}.",
            $"Name one of these: {string.Join(", ", known)}. './pipeline migrate' makes recipes and models of this machine known.");
    }
}
