using System.Text.Json;
using Pipeline.Inference.Recipes;

namespace Pipeline.Inference.Tests.Recipes;

public sealed class RecipeFileTests
{
    [Fact]
    public void Everything_but_the_common_fields_is_a_parameter_as_it_stands()
    {
        var draft = RecipeFile.Parse("""
            {
                // A comment is no harm, nor is a comma at the end.
                "name": "short", "engine": "extractive", "stage": "summarize", "seconds_per_text": 0.5,
                "ratio": 0.30, "min_chars": 10, "glossary": ["OA"], "nothing": null,
            }
            """);
        Assert.Equal(("short", "extractive", RecipeStage.Summarize, 0.5), (draft.Name, draft.Engine, draft.Stage, draft.SecondsPerText));
        Assert.Equal([("glossary", """["OA"]"""), ("min_chars", "10"), ("ratio", "0.30")], draft.Parameters.Select(entry => (entry.Key, entry.Value)));
    }

    [Theory]
    [InlineData("[]", "one JSON object")]
    [InlineData("""{"engine": "x"}""", "'name'")]
    [InlineData("""{"name": "a"}""", "'engine'")]
    [InlineData("""{"name": "../a", "engine": "x"}""", "can't name")]
    [InlineData("""{"name": "A B", "engine": "x"}""", "can't name")]
    [InlineData("""{"name": "a", "engine": "x", "stage": "other"}""", "'stage'")]
    [InlineData("""{"name": "a", "engine": "x", "seconds_per_text": 0}""", "'seconds_per_text'")]
    public void What_is_no_recipe_is_refused_with_the_reason(string json, string reason) =>
        Assert.Contains(reason, Assert.Throws<RecipeException>(() => RecipeFile.Parse(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_name_that_is_given_twice_is_refused() =>
        Assert.ThrowsAny<JsonException>(() => RecipeFile.Parse("""{"name": "a", "name": "b", "engine": "x"}"""));

    [Fact]
    public void A_file_that_can_not_be_read_is_named()
    {
        var error = Assert.Throws<RecipeException>(() => RecipeFile.Read("/nowhere/recipe.json"));
        Assert.Contains("/nowhere/recipe.json", error.Message, StringComparison.Ordinal);
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            File.WriteAllText(path, "{\"name\": ");
            Assert.Contains(path, Assert.Throws<RecipeException>(() => RecipeFile.Read(path)).Message, StringComparison.Ordinal);
            File.WriteAllBytes(path, [0x7B, 0xFF, 0x7D]);
            Assert.Contains(path, Assert.Throws<RecipeException>(() => RecipeFile.Read(path)).Message, StringComparison.Ordinal);
            File.WriteAllText(path, new string(' ', 2 << 20));
            Assert.Contains("larger", Assert.Throws<RecipeException>(() => RecipeFile.Read(path)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_definition_written_for_people_is_read_back()
    {
        var recipe = BuiltInRecipes.Hashing with { Name = "mine", SecondsPerText = 0.25 };
        var back = RecipeJson.Parse(RecipeJson.Write(recipe));
        Assert.Equal(recipe, back);
        Assert.Equal(0.25, back.SecondsPerText);
    }
}
