namespace Pipeline.Storage.Scores;

/// <summary>What is done about a recipe's summaries beyond their limits.</summary>
/// <param name="RecipeId">The recipe.</param>
/// <param name="Recipe">Its name.</param>
/// <param name="Action">Never <see cref="BreachAction.Flag"/>, which has no row.</param>
/// <param name="Fallback">Name of the fallback recipe.</param>
/// <param name="Fallbacks">Texts that have fallen back so far.</param>
public sealed record BreachActionRow(int RecipeId, string Recipe, BreachAction Action, string? Fallback, long Fallbacks);
