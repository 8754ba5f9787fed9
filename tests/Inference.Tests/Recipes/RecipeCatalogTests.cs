using Pipeline.Inference.Recipes;
using Pipeline.Inference.Tests.Models;
using Pipeline.Testing;

namespace Pipeline.Inference.Tests.Recipes;

public sealed class RecipeCatalogTests : IDisposable
{
    private readonly TemporaryStore _store = new();
    private readonly ModelPool _pool;
    private readonly RecipeCatalog _catalog;

    public RecipeCatalogTests()
    {
        _pool = new(_store.Store, new());
        _catalog = new(new([.. BaselineEngine.All, new OnnxEngine(_pool)]), _pool, _store.Source("recipes"));
    }

    [Fact]
    public void Names_are_those_of_built_in_recipes_of_added_ones_and_of_models()
    {
        _store.Import(new() { Folder = TinyBert.Create().WriteTo(_store.Source("tiny")) });
        var added = _catalog.Add(Write("""{"name": "brief", "engine": "extractive", "max_chars": 40}"""), replace: false);

        Assert.Equal(
            [("extractive", RecipeOrigin.BuiltIn), ("brief", RecipeOrigin.Added), ("tiny", RecipeOrigin.Model)],
            _catalog.List().Where(listing => listing.Name is "extractive" or "brief" or "tiny").Select(listing => (listing.Name, listing.Origin)));
        Assert.Equal(added, _catalog.Find("brief", RecipeStage.Summarize));
        Assert.Equal(("40", "0.2"), (added.Parameters["max_chars"], added.Parameters["ratio"]));
        Assert.Equal(BuiltInRecipes.Lead, _catalog.Find("lead", RecipeStage.Summarize));
        Assert.Equal(("onnx", TinyBert.Hidden), (_catalog.Find("tiny", RecipeStage.Embed).Engine, _catalog.Find("tiny", RecipeStage.Embed).Dimensions));
    }

    [Fact]
    public void A_name_that_does_not_fit_is_refused_with_those_that_do()
    {
        var unknown = Assert.Throws<RecipeException>(() => _catalog.Find("x", RecipeStage.Summarize));
        Assert.Contains("extractive, extractive-title, lead", unknown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hashing", unknown.Message, StringComparison.Ordinal);
        Assert.Contains("Summarize", Assert.Throws<RecipeException>(() => _catalog.Find("lead", RecipeStage.Embed)).Message, StringComparison.Ordinal);
        Assert.Throws<RecipeException>(() => _catalog.Find("../lead", RecipeStage.Summarize));
    }

    [Fact]
    public void Another_recipe_of_a_name_needs_to_be_asked_for()
    {
        var first = _catalog.Add(Write("""{"name": "brief", "engine": "extractive", "max_chars": 40}"""), replace: false);
        Assert.Equal(first, _catalog.Add(Write("""{"engine": "extractive", "max_chars": 40, "name": "brief"}"""), replace: false));

        var other = Write("""{"name": "brief", "engine": "extractive", "max_chars": 50}""");
        Assert.Contains("--replace", Assert.Throws<RecipeException>(() => _catalog.Add(other, replace: false)).Message, StringComparison.Ordinal);
        Assert.Equal(first, _catalog.Find("brief", RecipeStage.Summarize));
        Assert.NotEqual(first, _catalog.Add(other, replace: true));
        Assert.Equal("50", _catalog.Find("brief", RecipeStage.Summarize).Parameters["max_chars"]);
        Assert.Throws<RecipeException>(() => _catalog.Add(Write("""{"name": "lead", "engine": "lead"}"""), replace: true));

        _catalog.Remove("brief");
        Assert.Throws<RecipeException>(() => _catalog.Find("brief", RecipeStage.Summarize));
        Assert.Throws<RecipeException>(() => _catalog.Remove("brief"));
        Assert.Throws<RecipeException>(() => _catalog.Remove("../brief"));
    }

    [Fact]
    public void A_file_that_nobody_added_is_listed_as_a_problem_and_harms_no_other()
    {
        Directory.CreateDirectory(_store.Source("recipes"));
        File.WriteAllText(Path.Combine(_store.Source("recipes"), "stray.json"), """{"name": "stray", "engine": "lead"}""");
        _catalog.Add(Write("""{"name": "brief", "engine": "extractive"}"""), replace: false);
        File.Move(Path.Combine(_store.Source("recipes"), "brief.json"), Path.Combine(_store.Source("recipes"), "moved.json"));

        Assert.Equal(["moved", "stray"], _catalog.List().Where(listing => listing.Problem is not null).Select(listing => listing.Name));
        Assert.Contains("recipes add", Assert.Throws<RecipeException>(() => _catalog.Find("stray", RecipeStage.Summarize)).Message, StringComparison.Ordinal);
        Assert.NotNull(_catalog.Find("lead", RecipeStage.Summarize));
    }

    [Theory]
    [InlineData("""{"name": "x", "engine": "extractive", "max_char": 40}""", "max_char")]
    [InlineData("""{"name": "x", "engine": "extractive", "max_chars": 0}""", "max_chars")]
    [InlineData("""{"name": "x", "engine": "unknown"}""", "onnx")]
    [InlineData("""{"name": "x", "engine": "lead", "stage": "embed"}""", "Embed")]
    public void A_recipe_that_could_not_run_is_not_added(string json, string reason)
    {
        Assert.Contains(reason, Assert.Throws<RecipeException>(() => _catalog.Add(Write(json), replace: false)).Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_catalog.List(), listing => listing.Name == "x");
    }

    public void Dispose()
    {
        _pool.Dispose();
        _store.Dispose();
    }

    private string Write(string json)
    {
        var path = _store.Source("recipe-to-add.json");
        File.WriteAllText(path, json);
        return path;
    }
}
