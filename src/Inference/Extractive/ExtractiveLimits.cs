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
        var parameters = new RecipeParameters(recipe.Name, recipe.Parameters);
        var limits = new ExtractiveLimits(
            parameters.Number("ratio", 0, 1e-6, 1e6) ?? 0, parameters.Whole("min_chars", 0, 1, 1_000_000), parameters.Whole("max_chars", 0, 1, 1_000_000));
        return limits.MinChars <= limits.MaxChars ? limits : throw parameters.Unusable("min_chars", "it must not exceed max_chars");
    }
}
