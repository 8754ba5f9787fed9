namespace Pipeline.Inference.Recipes;

/// <summary>One recipe of this machine.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Origin">Where it comes from.</param>
/// <param name="Recipe">What it is; null when it can't be read.</param>
/// <param name="Problem">Why it can't be read, and the remedy; null when it can.</param>
public sealed record RecipeListing(string Name, RecipeOrigin Origin, RecipeDefinition? Recipe, string? Problem);
