using System.Collections.Immutable;
using System.Globalization;
using Pipeline.Inference.Recipes;

namespace Pipeline.Inference.Extractive;

/// <summary>How long a summary shall be: a share of the source between two bounds, in code points.</summary>
internal sealed record ExtractiveLimits(double Ratio, int MinChars, int MaxChars)
{
    private const double Fill = 1.15;
    private const double MainFill = 1.25;

    public static ExtractiveLimits Default { get; } = new(0.2, 20, 80);

    public int TargetFor(int sourceLength) => (int)Math.Clamp(Math.Round(sourceLength * Ratio), MinChars, MaxChars);

    /// <summary>What clauses may fill: the target is to be approached, and whole clauses seldom meet it.</summary>
    public int RoomFor(int target) => (int)Math.Min(target * Fill, MaxChars);

    /// <summary>What the main clause may fill alone, so that a lesser one is not told in its place.</summary>
    public int MainRoomFor(int target) => (int)Math.Min(target * MainFill, MaxChars);

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
