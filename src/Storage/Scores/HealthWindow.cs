namespace Pipeline.Storage.Scores;

/// <summary>The latest summaries of a recipe beside what they are held against.</summary>
/// <param name="RecipeId">The newest recipe of its name that has made summaries lately.</param>
/// <param name="Recipe">Its name.</param>
/// <param name="EmbedderId">Whose cosines.</param>
/// <param name="Embedder">Its name.</param>
/// <param name="Latest">The latest summaries.</param>
/// <param name="Baseline">Null until there are enough.</param>
public sealed record HealthWindow(int RecipeId, string Recipe, int EmbedderId, string Embedder, HealthFigures Latest, HealthFigures? Baseline);
