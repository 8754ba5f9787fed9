using System.Collections.Concurrent;
using Microsoft.ML.OnnxRuntime;
using Pipeline.Inference.Models;
using Pipeline.Inference.Tokenization;

namespace Pipeline.Inference.Recipes;

/// <summary>The models in use: each is opened once, however many recipes run on it, and stays open.</summary>
internal sealed class ModelPool(ModelStore store, CudaOptions cuda) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<LoadedModel>> _models = [];

    /// <summary>The models of this machine.</summary>
    public ModelStore Store => store;

    /// <summary>The model that a recipe names, opened when it is the first to ask.</summary>
    /// <exception cref="RecipeException">It is not here, was changed, is another one under the same name, or can't be opened.</exception>
    public LoadedModel Load(RecipeDefinition recipe)
    {
        var parameters = new RecipeParameters(recipe.Name, recipe.Parameters);
        var name = parameters.Required("model", "the name of an imported model");
        var sha256 = parameters.Required("model_sha256", "'recipes add' writes it");
        try
        {
            return _models.GetOrAdd(sha256, _ => new(() => Open(recipe.Name, name, sha256))).Value;
        }
        catch (Exception exception) when (exception is ModelException or TokenizerException or OnnxRuntimeException or IOException or UnauthorizedAccessException)
        {
            // A failure is not kept: the next chunk may find what was missing.
            _models.TryRemove(sha256, out _);
            throw new RecipeException($"Recipe '{recipe.Name}' can't be run here: {exception.Message}", exception);
        }
    }

    public void Dispose()
    {
        foreach (var model in _models.Values.Where(model => model.IsValueCreated))
        {
            model.Value.Dispose();
        }
    }

    private LoadedModel Open(string recipe, string name, string sha256)
    {
        var model = store.Open(name, CancellationToken.None);
        if (model.Manifest.Sha256 != sha256)
        {
            throw new ModelException(
                $"it was made for a model '{name}' with SHA-256 {sha256}, and the one in {store.Root} has {model.Manifest.Sha256}. "
                + $"Import the one it was made for, or make a recipe of another name for this one and submit with that instead of '{recipe}'.");
        }

        return new(model, cuda);
    }
}
