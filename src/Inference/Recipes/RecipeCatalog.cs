using System.Text;

namespace Pipeline.Inference.Recipes;

/// <summary>
/// The recipes that this machine knows by name: the built-in ones, those that were added (a folder with a JSON file each), and for every
/// imported model, but for classifiers, the recipe with all defaults, under the model's name.
/// </summary>
public sealed class RecipeCatalog
{
    private const string Extension = ".json";

    private readonly EngineFactory _factory;
    private readonly ModelPool _models;
    private readonly string _folder;

    internal RecipeCatalog(EngineFactory factory, ModelPool models, string folder)
    {
        _factory = factory;
        _models = models;
        _folder = Path.GetFullPath(folder);
    }

    /// <summary>The recipe of that name and stage.</summary>
    /// <exception cref="RecipeException">There is none, it makes something else, or it can't be used; the message says what there is.</exception>
    public RecipeDefinition Find(string name, RecipeStage stage)
    {
        var found = Look(name) ?? throw Unknown(name, List().Where(listing => listing.Recipe?.Stage == stage).Select(listing => listing.Name));
        var recipe = found.Recipe ?? throw new RecipeException($"Recipe '{name}' can't be used: {found.Problem}");
        return recipe.Stage == stage ? recipe : throw new RecipeException($"Recipe '{name}' is for stage {recipe.Stage}; {stage} is needed here.");
    }

    /// <summary>Every recipe, built-in ones first.</summary>
    public IReadOnlyList<RecipeListing> List()
    {
        List<RecipeListing> listings = [.. BuiltInRecipes.All.Select(BuiltIn)];
        if (Directory.Exists(_folder))
        {
            listings.AddRange(Directory.EnumerateFiles(_folder, "*" + Extension).Order(StringComparer.Ordinal).Select(Added));
        }

        listings.AddRange(_models.Store.List().Where(model => model.Manifest?.Task != Models.ModelTask.Classify && listings.All(listing => listing.Name != model.Name)).Select(OfModel));
        return listings;
    }

    /// <summary>Completes a recipe file and keeps it. The same recipe may be added again.</summary>
    /// <param name="path">The file.</param>
    /// <param name="replace">Whether it may take the place of another one of its name. Results of that one stay what they are.</param>
    /// <exception cref="RecipeException">It is no recipe, its name is taken, or it names what is not here.</exception>
    public RecipeDefinition Add(string path, bool replace)
    {
        var recipe = _factory.Define(RecipeFile.Read(path));
        if (BuiltInRecipes.All.Any(builtIn => builtIn.Name == recipe.Name))
        {
            throw new RecipeException($"'{recipe.Name}' is a built-in recipe. Choose another name.");
        }

        var place = PathOf(recipe.Name);
        if (!replace && File.Exists(place) && Added(place) is { Recipe: { } there } && there != recipe)
        {
            throw new RecipeException(
                $"There is a recipe '{recipe.Name}' already, and it is another one ({there.Sha256[..12]}; this is {recipe.Sha256[..12]}). "
                + "Choose another name, or replace it with --replace; its results stay under its own hash.");
        }

        Directory.CreateDirectory(_folder);
        var part = place + ".part";
        File.WriteAllText(part, RecipeJson.Write(recipe), new UTF8Encoding(false));
        File.Move(part, place, overwrite: true);
        return recipe;
    }

    /// <summary>Forgets a recipe that was added; results and batches that point at it stay.</summary>
    /// <exception cref="RecipeException">Nobody added one of that name.</exception>
    public void Remove(string name)
    {
        var place = PathOf(RecipeName.Check(name));
        if (!File.Exists(place))
        {
            throw new RecipeException($"No recipe '{name}' was added; './pipeline recipes list' shows those that were.");
        }

        File.Delete(place);
    }

    private string PathOf(string name) => Path.Combine(_folder, name + Extension);

    // One name only: a model's recipe has to look into its tokenizer.
    private RecipeListing? Look(string name)
    {
        if (BuiltInRecipes.All.FirstOrDefault(recipe => recipe.Name == name) is { } builtIn)
        {
            return BuiltIn(builtIn);
        }

        return RecipeName.IsValid(name) && File.Exists(PathOf(name))
            ? Added(PathOf(name))
            : _models.Store.List().Where(model => model.Name == name).Select(OfModel).FirstOrDefault();
    }

    private static RecipeListing BuiltIn(RecipeDefinition recipe) => new(recipe.Name, RecipeOrigin.BuiltIn, recipe, null);

    private RecipeListing Added(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        try
        {
            var recipe = RecipeJson.Parse(File.ReadAllText(path));
            return recipe.Name == name
                ? new(name, RecipeOrigin.Added, recipe, null)
                : new(name, RecipeOrigin.Added, null, $"{path} holds the recipe '{recipe.Name}'. Give the file that name.");
        }
        catch (Exception exception) when (exception is RecipeException or IOException or UnauthorizedAccessException)
        {
            return new(name, RecipeOrigin.Added, null, $"{path}: {exception.Message} Add the recipe with './pipeline recipes add FILE'.");
        }
    }

    private RecipeListing OfModel(Models.ModelListing model)
    {
        try
        {
            var draft = new RecipeDraft(model.Name, "onnx", null, RecipeDefinition.NoParameters.Add("model", model.Name), null);
            return new(model.Name, RecipeOrigin.Model, _factory.Define(draft), null);
        }
        catch (RecipeException exception)
        {
            return new(model.Name, RecipeOrigin.Model, null, exception.Message);
        }
    }

    private static RecipeException Unknown(string name, IEnumerable<string> known)
    {
        var names = string.Join(", ", known);
        return new($"Unknown recipe '{name}'. Known recipes: {names}. './pipeline recipes add FILE' adds one.")
        {
            Chinese = $"未知的配方 '{name}'。已有的配方：{names}。'./pipeline recipes add FILE' 可添加。",
        };
    }
}
