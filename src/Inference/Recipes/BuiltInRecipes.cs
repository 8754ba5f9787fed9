using Pipeline.Inference.Extractive;
using Pipeline.Inference.Lexical;

namespace Pipeline.Inference.Recipes;

/// <summary>The recipes that need no weights.</summary>
public static class BuiltInRecipes
{
    /// <summary>Clauses of the source, about a fifth of its length, between 20 and 80 characters.</summary>
    public static RecipeDefinition Extractive { get; } = new()
    {
        Name = "extractive",
        Stage = RecipeStage.Summarize,
        Engine = ExtractiveSummarizer.EngineName,
        EngineVersion = ExtractiveSummarizer.EngineVersion,
        Parameters = ExtractiveLimits.Default.ToParameters(),
        SecondsPerText = 0.0005,
    };

    /// <summary>The best part of one sentence as a title of at most 30 characters.</summary>
    public static RecipeDefinition ExtractiveTitle { get; } = new()
    {
        Name = "extractive-title",
        Stage = RecipeStage.Summarize,
        Engine = TitleSummarizer.EngineName,
        EngineVersion = TitleSummarizer.EngineVersion,
        Parameters = RecipeDefinition.NoParameters.Add("max_chars", "30"),
        SecondsPerText = 0.0005,
    };

    /// <summary>Baseline: the first sentence cut to 30 characters.</summary>
    public static RecipeDefinition Lead { get; } = new()
    {
        Name = "lead",
        Stage = RecipeStage.Summarize,
        Engine = LeadSummarizer.EngineName,
        EngineVersion = LeadSummarizer.EngineVersion,
        Parameters = RecipeDefinition.NoParameters.Add("max_chars", "30"),
        SecondsPerText = 0.0001,
    };

    /// <summary>Character n-gram TF-IDF hashed to 1024 dimensions: lexical, it knows no synonyms.</summary>
    public static RecipeDefinition Hashing { get; } = new()
    {
        Name = "hashing",
        Stage = RecipeStage.Embed,
        Engine = HashingEmbedder.EngineName,
        EngineVersion = HashingEmbedder.EngineVersion,
        Parameters = RecipeDefinition.NoParameters.Add("document_frequencies_sha256", DocumentFrequencyTable.BuiltIn.Sha256),
        Dimensions = HashingEmbedder.VectorLength,
        SecondsPerText = 0.0005,
    };

    /// <summary>Every built-in recipe, summarisers first; the first of each stage is the default.</summary>
    public static IReadOnlyList<RecipeDefinition> All { get; } = [Extractive, ExtractiveTitle, Lead, Hashing];

    /// <summary>The recipe of that name.</summary>
    /// <exception cref="RecipeException">There is none; the message lists the known names.</exception>
    public static RecipeDefinition Find(string name) => Find(name, All);

    /// <summary>The recipe of that name and stage.</summary>
    /// <exception cref="RecipeException">There is none; the message lists the known names of the stage.</exception>
    public static RecipeDefinition Find(string name, RecipeStage stage) => Find(name, All.Where(r => r.Stage == stage));

    private static RecipeDefinition Find(string name, IEnumerable<RecipeDefinition> recipes) =>
        recipes.FirstOrDefault(r => r.Name == name)
        ?? throw new RecipeException($"Unknown recipe '{name}'. Known recipes: {string.Join(", ", recipes.Select(r => r.Name))}.");
}
