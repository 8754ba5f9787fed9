using Pipeline.Inference.Recipes;

namespace Pipeline.Inference.Tests.Recipes;

public sealed class EngineFactoryTests
{
    [Fact]
    public void Every_built_in_recipe_can_be_made()
    {
        foreach (var recipe in BuiltInRecipes.All)
        {
            if (recipe.Stage == RecipeStage.Embed)
            {
                Assert.Equal(recipe.Dimensions, EngineFactory.Baselines.CreateEmbedder(recipe).Dimensions);
            }
            else
            {
                Assert.NotNull(EngineFactory.Baselines.CreateSummarizer(recipe));
            }
        }
    }

    [Fact]
    public void An_unknown_engine_is_refused_with_the_known_ones()
    {
        var summarize = Assert.Throws<RecipeException>(() => EngineFactory.Baselines.CreateSummarizer(BuiltInRecipes.Lead with { Engine = "x" }));
        Assert.Contains("extractive, extractive-title, lead", summarize.Message, StringComparison.Ordinal);
        var embed = Assert.Throws<RecipeException>(() => EngineFactory.Baselines.CreateEmbedder(BuiltInRecipes.Hashing with { Engine = "x" }));
        Assert.Contains("hashing", embed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recipe_that_this_build_would_not_reproduce_is_refused()
    {
        Assert.Throws<RecipeException>(() => EngineFactory.Baselines.CreateSummarizer(BuiltInRecipes.Hashing));
        Assert.Throws<RecipeException>(() => EngineFactory.Baselines.CreateEmbedder(BuiltInRecipes.Lead));
        Assert.Throws<RecipeException>(() => EngineFactory.Baselines.CreateSummarizer(BuiltInRecipes.Lead with { EngineVersion = "0" }));
        var otherTable = BuiltInRecipes.Hashing with { Parameters = RecipeDefinition.NoParameters };
        Assert.Throws<RecipeException>(() => EngineFactory.Baselines.CreateEmbedder(otherTable));
    }

    [Theory]
    [InlineData("max_chars", "0")]
    [InlineData("max_chars", "many")]
    [InlineData("ratio", "-1")]
    [InlineData("min_chars", "81")]
    public void An_unusable_parameter_is_refused_by_name(string key, string value)
    {
        var recipe = BuiltInRecipes.Extractive;
        var error = Assert.Throws<RecipeException>(() =>
            EngineFactory.Baselines.CreateSummarizer(recipe with { Parameters = recipe.Parameters.SetItem(key, value) }));
        Assert.Contains(key, error.Message, StringComparison.Ordinal);
    }
}
