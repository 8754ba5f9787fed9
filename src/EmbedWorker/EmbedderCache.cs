using System.Collections.Concurrent;
using Pipeline.Inference;
using Pipeline.Inference.Recipes;
using Pipeline.ServiceDefaults;
using Pipeline.Storage;

namespace Pipeline.EmbedWorker;

/// <summary>The engines in use, one per recipe, made when first asked for.</summary>
internal sealed class EmbedderCache(RecipeRegistry recipes, Func<RecipeDefinition, IEmbedder> create)
{
    private readonly ConcurrentDictionary<int, Lazy<IEmbedder>> _engines = [];

    /// <summary>The engine of a recipe that was loaded before.</summary>
    public IEmbedder this[int recipeId] => _engines[recipeId].Value;

    /// <summary>Whether the engine of a recipe is there.</summary>
    public bool IsLoaded(int recipeId) => _engines.TryGetValue(recipeId, out var engine) && engine.IsValueCreated;

    /// <summary>Makes sure the engine of a recipe is there.</summary>
    /// <exception cref="MisconfigurationException">There is no such recipe.</exception>
    /// <exception cref="RecipeException">This build cannot run it, for instance because it was made for another engine version.</exception>
    public async Task LoadAsync(int recipeId, CancellationToken cancellationToken)
    {
        if (IsLoaded(recipeId))
        {
            return;
        }

        var row = await recipes.FindAsync(recipeId, cancellationToken)
            ?? throw new MisconfigurationException($"The queue asks for recipe {recipeId}, which is not in this database. "
                + "Do Pipeline:Postgres and Pipeline:RabbitMq belong to the same installation?");
        var definition = RecipeJson.Parse(row.Definition);
        try
        {
            _ = _engines.GetOrAdd(recipeId, _ => new Lazy<IEmbedder>(() => create(definition))).Value;
        }
        catch
        {
            // A failure is not kept: the next chunk may find what was missing.
            _engines.TryRemove(recipeId, out _);
            throw;
        }
    }
}
