namespace Pipeline.Inference.Recipes;

/// <summary>What a recipe produces.</summary>
public enum RecipeStage
{
    /// <summary>A vector for each text.</summary>
    Embed,

    /// <summary>A summary for each text.</summary>
    Summarize,
}
