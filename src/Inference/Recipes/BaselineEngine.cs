using Pipeline.Inference.Extractive;
using Pipeline.Inference.Lexical;

namespace Pipeline.Inference.Recipes;

/// <summary>An engine without weights. Its built-in recipe has all its parameters; a recipe of a user's own changes some.</summary>
internal sealed class BaselineEngine : IRecipeEngine
{
    private readonly RecipeDefinition _builtIn;
    private readonly Func<RecipeDefinition, ISummarizer>? _summarizer;
    private readonly Func<RecipeDefinition, IEmbedder>? _embedder;

    private BaselineEngine(RecipeDefinition builtIn, Func<RecipeDefinition, ISummarizer> summarizer) => (_builtIn, _summarizer) = (builtIn, summarizer);

    private BaselineEngine(RecipeDefinition builtIn, Func<RecipeDefinition, IEmbedder> embedder) => (_builtIn, _embedder) = (builtIn, embedder);

    /// <summary>Every one of them.</summary>
    public static IReadOnlyList<IRecipeEngine> All { get; } =
    [
        new BaselineEngine(BuiltInRecipes.Extractive, recipe => new ExtractiveSummarizer(ExtractiveLimits.FromRecipe(recipe), SummaryWeights.Default)),
        new BaselineEngine(BuiltInRecipes.ExtractiveTitle, recipe => new TitleSummarizer(MaxChars(recipe), TitleWeights.Default)),
        new BaselineEngine(BuiltInRecipes.Lead, recipe => new LeadSummarizer(MaxChars(recipe))),
        new BaselineEngine(BuiltInRecipes.Hashing, Hashing),
    ];

    public string Name => _builtIn.Engine;

    public string Version => _builtIn.EngineVersion;

    public IReadOnlyList<RecipeStage> Stages => [_builtIn.Stage];

    public RecipeDefinition Define(RecipeDraft draft)
    {
        var parameters = new RecipeParameters(draft.Name, draft.Parameters);
        foreach (var (name, value) in _builtIn.Parameters)
        {
            parameters.Text(name, value);
        }

        parameters.Complete();
        var recipe = _builtIn with
        {
            Name = draft.Name,
            Parameters = parameters.All,
            SecondsPerText = draft.SecondsPerText ?? _builtIn.SecondsPerText,
        };

        // Makes sure that the values can be used.
        _summarizer?.Invoke(recipe);
        _embedder?.Invoke(recipe);
        return recipe;
    }

    public ISummarizer CreateSummarizer(RecipeDefinition recipe, RequestPriority priority = RequestPriority.Bulk) =>
        _summarizer?.Invoke(recipe) ?? throw new NotSupportedException(Name);

    public IEmbedder CreateEmbedder(RecipeDefinition recipe, RequestPriority priority = RequestPriority.Bulk) =>
        _embedder?.Invoke(recipe) ?? throw new NotSupportedException(Name);

    private static HashingEmbedder Hashing(RecipeDefinition recipe)
    {
        var table = DocumentFrequencyTable.BuiltIn;
        var wanted = recipe.Parameters.GetValueOrDefault("document_frequencies_sha256");
        return wanted == table.Sha256 && recipe.Dimensions == HashingEmbedder.VectorLength
            ? new HashingEmbedder(table)
            : throw new RecipeException(
                $"Recipe '{recipe.Name}' asks for {recipe.Dimensions} dimensions and document frequencies {wanted ?? "(none)"}; "
                + $"this build has {HashingEmbedder.VectorLength} and {table.Sha256}. Use the built-in recipe 'hashing'.");
    }

    private static int MaxChars(RecipeDefinition recipe) =>
        new RecipeParameters(recipe.Name, recipe.Parameters).Whole("max_chars", 0, 1, 1_000_000);
}
