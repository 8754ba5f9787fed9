using Pipeline.Inference.Recipes;

namespace Pipeline.Inference.Tests.Recipes;

public sealed class SampledRecipeTests
{
    private static readonly RecipeDefinition s_greedy = new()
    {
        Name = "model",
        Stage = RecipeStage.Summarize,
        Engine = "onnx",
        EngineVersion = "1",
        Parameters = RecipeDefinition.NoParameters.Add("temperature", "0").Add("seed", "0").Add("beams", "1").Add("model", "m"),
    };

    [Fact]
    public void A_variant_differs_in_temperature_and_seed_only_and_each_seed_is_a_recipe_of_its_own()
    {
        var (one, two) = (SampledRecipe.Of(s_greedy, 0.7, 1), SampledRecipe.Of(s_greedy, 0.7, 2));

        Assert.Equal(("0.7", "1", "m"), (one.Parameters["temperature"], one.Parameters["seed"], one.Parameters["model"]));
        Assert.Equal(3, new[] { s_greedy.Sha256, one.Sha256, two.Sha256 }.Distinct().Count());
        Assert.Equal(one, SampledRecipe.Of(s_greedy, 0.7, 1));
        Assert.Equal((0.0, 0.7), (SampledRecipe.Temperature(s_greedy), SampledRecipe.Temperature(two)));
    }

    [Fact]
    public void An_engine_that_draws_nothing_has_no_temperature_and_no_variants()
    {
        Assert.All(BuiltInRecipes.All, recipe => Assert.Null(SampledRecipe.Temperature(recipe)));
        Assert.Throws<RecipeException>(() => SampledRecipe.Of(BuiltInRecipes.Find("lead", RecipeStage.Summarize), 0.7, 1));
    }

    [Fact]
    public void A_recipe_with_beams_is_refused() => Assert.Contains(
        "beams",
        Assert.Throws<RecipeException>(() => SampledRecipe.Of(s_greedy with { Parameters = s_greedy.Parameters.SetItem("beams", "4") }, 0.7, 1)).Message,
        StringComparison.Ordinal);
}
