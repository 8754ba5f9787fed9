using Microsoft.Extensions.Options;
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
