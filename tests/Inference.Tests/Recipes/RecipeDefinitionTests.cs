using Pipeline.Inference.Recipes;

namespace Pipeline.Inference.Tests.Recipes;

public sealed class RecipeDefinitionTests
{
    private static readonly RecipeDefinition _recipe = BuiltInRecipes.Extractive;

    [Fact]
    public void Canonical_json_is_sorted_and_without_white_space()
    {
        Assert.Equal(
            "{'engine':'extractive','engine_version':'3','name':'extractive',".Replace('\'', '"')
            + "'parameters':{'max_chars':'80','min_chars':'20','ratio':'0.2'},'stage':'summarize'}".Replace('\'', '"'),
            _recipe.CanonicalJson);
        Assert.StartsWith("""{"dimensions":1024,"engine":"hashing",""", BuiltInRecipes.Hashing.CanonicalJson, StringComparison.Ordinal);
    }

    [Fact]
    public void The_estimate_is_not_part_of_the_identity()
    {
        var slower = _recipe with { SecondsPerText = 99 };
        Assert.Equal(_recipe.Sha256, slower.Sha256);
        Assert.Equal(_recipe, slower);
        Assert.Equal(_recipe.GetHashCode(), slower.GetHashCode());
    }

    [Fact]
    public void Anything_else_makes_another_recipe()
    {
        RecipeDefinition[] others =
        [
            _recipe with { Name = "x" }, _recipe with { Stage = RecipeStage.Embed }, _recipe with { Engine = "x" },
            _recipe with { EngineVersion = "x" }, _recipe with { Dimensions = 3 },
            _recipe with { Parameters = _recipe.Parameters.SetItem("ratio", "0.3") },
            _recipe with { Parameters = _recipe.Parameters.Add("x", "") },
        ];
        Assert.Equal(others.Length + 1, others.Append(_recipe).Select(r => r.Sha256).Distinct().Count());
    }

    [Fact]
    public void The_order_in_which_parameters_were_added_does_not_matter()
    {
        var a = _recipe with { Parameters = RecipeDefinition.NoParameters.Add("b", "1").Add("A", "2") };
        var b = _recipe with { Parameters = RecipeDefinition.NoParameters.Add("A", "2").Add("b", "1") };
        Assert.Equal(a.Sha256, b.Sha256);
    }

    [Fact]
    public void Built_in_recipes_have_distinct_names_and_identities()
    {
        Assert.Equal(BuiltInRecipes.All.Count, BuiltInRecipes.All.Select(r => r.Name).Distinct().Count());
        Assert.Equal(BuiltInRecipes.All.Count, BuiltInRecipes.All.Select(r => r.Sha256).Distinct().Count());
        Assert.All(BuiltInRecipes.All, r => Assert.Matches("^[0-9a-f]{64}$", r.Sha256));
    }

    [Fact]
    public void An_unknown_name_is_refused_with_the_known_ones()
    {
        var all = Assert.Throws<RecipeException>(() => BuiltInRecipes.Find("x"));
        Assert.Contains("extractive, extractive-title, lead, hashing", all.Message, StringComparison.Ordinal);
        var embed = Assert.Throws<RecipeException>(() => BuiltInRecipes.Find("lead", RecipeStage.Embed));
        Assert.DoesNotContain("extractive", embed.Message, StringComparison.Ordinal);
    }
}
