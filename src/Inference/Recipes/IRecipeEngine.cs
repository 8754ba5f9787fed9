namespace Pipeline.Inference.Recipes;

/// <summary>Something that runs recipes.</summary>
internal interface IRecipeEngine
{
    /// <summary>What recipes call it.</summary>
    string Name { get; }

    /// <summary>Version of its algorithm: raised whenever the same recipe and text may give another result.</summary>
    string Version { get; }

    /// <summary>What it can make.</summary>
    IReadOnlyList<RecipeStage> Stages { get; }

    /// <summary>Completes a draft: every default, and the hashes of what it runs on.</summary>
    /// <exception cref="RecipeException">A parameter is unknown or can't be used.</exception>
    RecipeDefinition Define(RecipeDraft draft);

    /// <summary>Makes a summariser.</summary>
    /// <exception cref="RecipeException">This machine can't run the recipe.</exception>
    ISummarizer CreateSummarizer(RecipeDefinition recipe, RequestPriority priority = RequestPriority.Bulk);

    /// <summary>Makes an embedder.</summary>
    /// <exception cref="RecipeException">This machine can't run the recipe.</exception>
    IEmbedder CreateEmbedder(RecipeDefinition recipe, RequestPriority priority = RequestPriority.Bulk);
}
