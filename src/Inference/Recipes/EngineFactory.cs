namespace Pipeline.Inference.Recipes;

/// <summary>Makes the engine that a recipe names, and refuses a recipe that this build would not reproduce.</summary>
public sealed class EngineFactory
{
    private readonly IReadOnlyList<IRecipeEngine> _engines;

    internal EngineFactory(IReadOnlyList<IRecipeEngine> engines) => _engines = engines;

    /// <summary>Engines without weights and endpoints.</summary>
    public static EngineFactory Baselines { get; } = new(BaselineEngine.All);

    /// <summary>Completes a draft into a recipe.</summary>
    /// <exception cref="RecipeException">Unknown engine, or a parameter that is unknown or can't be used.</exception>
    public RecipeDefinition Define(RecipeDraft draft)
    {
        ArgumentNullException.ThrowIfNull(draft);
        var engine = _engines.FirstOrDefault(engine => engine.Name == draft.Engine)
            ?? throw new RecipeException(
                $"Recipe '{draft.Name}' names the unknown engine '{draft.Engine}'. Known engines: {string.Join(", ", _engines.Select(e => e.Name))}.");
        var recipe = engine.Define(draft);
        return draft.Stage is null || draft.Stage == recipe.Stage
            ? recipe
            : throw new RecipeException($"Recipe '{draft.Name}' says stage {draft.Stage}; what it names does {recipe.Stage}.");
    }

    /// <summary>Makes a summariser for bulk work.</summary>
    /// <exception cref="RecipeException">Wrong stage, unknown engine, another engine version, or what it runs on is not here.</exception>
    /// <exception cref="EngineException">A setting that it needs is missing.</exception>
    public ISummarizer CreateSummarizer(RecipeDefinition recipe) => CreateSummarizer(recipe, RequestPriority.Bulk);

    /// <summary>Makes a summariser whose texts go before or behind those of others that share its model.</summary>
    /// <exception cref="RecipeException">As for <see cref="CreateSummarizer(RecipeDefinition)"/>.</exception>
    /// <exception cref="EngineException">As for <see cref="CreateSummarizer(RecipeDefinition)"/>.</exception>
    public ISummarizer CreateSummarizer(RecipeDefinition recipe, RequestPriority priority) =>
        Find(recipe, RecipeStage.Summarize).CreateSummarizer(recipe, priority);

    /// <summary>Makes an embedder for bulk work.</summary>
    /// <exception cref="RecipeException">Wrong stage, unknown engine, another engine version, or what it runs on is not here.</exception>
    /// <exception cref="EngineException">A setting that it needs is missing.</exception>
    public IEmbedder CreateEmbedder(RecipeDefinition recipe) => CreateEmbedder(recipe, RequestPriority.Bulk);

    /// <summary>Makes an embedder whose texts go before or behind those of others that share its model.</summary>
    /// <exception cref="RecipeException">As for <see cref="CreateEmbedder(RecipeDefinition)"/>.</exception>
    /// <exception cref="EngineException">As for <see cref="CreateEmbedder(RecipeDefinition)"/>.</exception>
    public IEmbedder CreateEmbedder(RecipeDefinition recipe, RequestPriority priority) =>
        Find(recipe, RecipeStage.Embed).CreateEmbedder(recipe, priority);

    private IRecipeEngine Find(RecipeDefinition recipe, RecipeStage stage)
    {
        if (recipe.Stage != stage)
        {
            throw new RecipeException($"Recipe '{recipe.Name}' has stage {recipe.Stage}; {stage} is needed here.");
        }

        var known = _engines.Where(engine => engine.Stages.Contains(stage)).ToList();
        var found = known.FirstOrDefault(engine => engine.Name == recipe.Engine)
            ?? throw new RecipeException(
                $"Recipe '{recipe.Name}' names the unknown engine '{recipe.Engine}'. Known {stage} engines: {string.Join(", ", known.Select(e => e.Name))}.");
        return found.Version == recipe.EngineVersion
            ? found
            : throw new RecipeException(
                $"Recipe '{recipe.Name}' was made for engine '{recipe.Engine}' version {recipe.EngineVersion}; this build has version "
                + $"{found.Version}, which may give other results. Use the built-in recipe, or the build that the recipe was made with.");
    }
}
