using System.Globalization;

namespace Pipeline.Inference.Recipes;

/// <summary>
/// Variants of a recipe that draw their words: the same recipe with a temperature and a seed of its own. Each is a recipe like any other,
/// so that what shaped a generation is named and an engine needs no second way of being asked.
/// </summary>
public static class SampledRecipe
{
    /// <summary>The temperature of a stability check where neither recipe nor user names one.</summary>
    public const double DefaultTemperature = 0.7;

    private const string TemperatureName = "temperature";

    /// <summary>The recipe's own temperature; 0 when it is greedy, null when its engine draws nothing and always answers the same.</summary>
    public static double? Temperature(RecipeDefinition recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return recipe.Stage == RecipeStage.Summarize && recipe.Parameters.TryGetValue(TemperatureName, out var text)
            ? double.Parse(text, CultureInfo.InvariantCulture)
            : null;
    }

    /// <summary>Whether a recipe can have variants: its engine draws its words when asked to, and does not search with beams.</summary>
    public static bool CanBe(RecipeDefinition recipe) => Temperature(recipe) is not null && !UsesBeams(recipe);

    /// <summary>The variant with this temperature and seed.</summary>
    /// <param name="recipe">A recipe whose engine samples.</param>
    /// <param name="temperature">Above 0.</param>
    /// <param name="seed">At least 0.</param>
    /// <exception cref="RecipeException">Its engine draws nothing, or searches with beams, which do not draw either.</exception>
    public static RecipeDefinition Of(RecipeDefinition recipe, double temperature, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        ArgumentOutOfRangeException.ThrowIfNegative(seed);
        if (Temperature(recipe) is null)
        {
            throw new RecipeException($"Recipe '{recipe.Name}' can't be sampled: its engine '{recipe.Engine}' gives the same summary each time.");
        }

        if (UsesBeams(recipe))
        {
            throw new RecipeException($"Recipe '{recipe.Name}' searches with beams and draws nothing, so it can't be sampled. Make one without beams.");
        }

        var shown = temperature.ToString("R", CultureInfo.InvariantCulture);
        var number = seed.ToString(CultureInfo.InvariantCulture);
        return recipe with
        {
            Name = $"{recipe.Name}@t{shown}s{number}",
            Parameters = recipe.Parameters.SetItem(TemperatureName, shown).SetItem("seed", number),
        };
    }

    private static bool UsesBeams(RecipeDefinition recipe) => recipe.Parameters.GetValueOrDefault("beams", "1") != "1";
}
