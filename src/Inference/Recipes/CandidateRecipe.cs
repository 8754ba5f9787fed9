namespace Pipeline.Inference.Recipes;

/// <summary>
/// The recipe of summaries that were not made here but came with their texts: by people, or by another system. No engine runs it; it has one
/// summary for a text, so summaries of another origin need another name.
/// </summary>
public static class CandidateRecipe
{
    /// <summary>Engine of such recipes.</summary>
    public const string EngineName = "candidate";

    /// <summary>Name of a recipe that is given none.</summary>
    public const string DefaultName = "candidate";

    /// <summary>The recipe of this name for the documents of a tenant.</summary>
    /// <exception cref="RecipeException">The name can't be one.</exception>
    public static RecipeDefinition Of(string name, string tenant) => new()
    {
        Name = RecipeName.Check(name),
        Stage = RecipeStage.Summarize,
        Engine = EngineName,
        EngineVersion = "1",
        Parameters = RecipeDefinition.NoParameters.Add("tenant", tenant),
        SecondsPerText = 0.0001,
    };
}
