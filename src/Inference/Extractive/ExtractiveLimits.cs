using System.Collections.Immutable;
using System.Globalization;
using Pipeline.Inference.Recipes;

namespace Pipeline.Inference.Extractive;

/// <summary>How long a summary may be: a share of the source between two bounds, in code points.</summary>
internal sealed record ExtractiveLimits(double Ratio, int MinChars, int MaxChars)
{
    public static ExtractiveLimits Default { get; } = new(0.2, 20, 80);

    public int TargetFor(int sourceLength) => (int)Math.Clamp(Math.Round(sourceLength * Ratio), MinChars, MaxChars);

    public ImmutableSortedDictionary<string, string> ToParameters() => RecipeDefinition.NoParameters
        .Add("ratio", Ratio.ToString(CultureInfo.InvariantCulture))
        .Add("min_chars", MinChars.ToString(CultureInfo.InvariantCulture))
        .Add("max_chars", MaxChars.ToString(CultureInfo.InvariantCulture));

    public static ExtractiveLimits FromRecipe(RecipeDefinition recipe)
    {
        var limits = new ExtractiveLimits(Number(recipe, "ratio"), (int)Number(recipe, "min_chars"), (int)Number(recipe, "max_chars"));
        return limits.MinChars <= limits.MaxChars
            ? limits
            : throw EngineFactory.Unusable(recipe, "min_chars", "it must not exceed max_chars");
    }

    private static double Number(RecipeDefinition recipe, string key) =>
        double.TryParse(recipe.Parameters.GetValueOrDefault(key), CultureInfo.InvariantCulture, out var value) && value is > 0 and < 1e6
            ? value
            : throw EngineFactory.Unusable(recipe, key, "a number above 0 is needed");
}
