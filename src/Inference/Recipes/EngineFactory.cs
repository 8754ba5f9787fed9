using System.Globalization;
using Pipeline.Inference.Extractive;
using Pipeline.Inference.Lexical;

namespace Pipeline.Inference.Recipes;

/// <summary>Makes the engine that a recipe names, and refuses a recipe that this build would not reproduce.</summary>
public static class EngineFactory
{
    /// <summary>Makes a summariser.</summary>
    /// <exception cref="RecipeException">Wrong stage, unknown engine, another engine version, or an unusable parameter.</exception>
    public static ISummarizer CreateSummarizer(RecipeDefinition recipe)
    {
        Expect(recipe, RecipeStage.Summarize);
        return recipe.Engine switch
        {
            ExtractiveSummarizer.EngineName =>
                new ExtractiveSummarizer(ExtractiveLimits.FromRecipe(Same(recipe, ExtractiveSummarizer.EngineVersion)), SummaryWeights.Default),
            TitleSummarizer.EngineName => new TitleSummarizer(MaxChars(Same(recipe, TitleSummarizer.EngineVersion)), TitleWeights.Default),
            LeadSummarizer.EngineName => new LeadSummarizer(MaxChars(Same(recipe, LeadSummarizer.EngineVersion))),
            _ => throw Unknown(recipe, ExtractiveSummarizer.EngineName, TitleSummarizer.EngineName, LeadSummarizer.EngineName),
        };
    }

    /// <summary>Makes an embedder.</summary>
    /// <exception cref="RecipeException">Wrong stage, unknown engine, another engine version, or another frequency table.</exception>
    public static IEmbedder CreateEmbedder(RecipeDefinition recipe)
    {
        Expect(recipe, RecipeStage.Embed);
        if (recipe.Engine != HashingEmbedder.EngineName)
        {
            throw Unknown(recipe, HashingEmbedder.EngineName);
        }

        Same(recipe, HashingEmbedder.EngineVersion);
        var table = DocumentFrequencyTable.BuiltIn;
        var wanted = recipe.Parameters.GetValueOrDefault("document_frequencies_sha256");
        return wanted == table.Sha256 && recipe.Dimensions == HashingEmbedder.VectorLength
            ? new HashingEmbedder(table)
            : throw new RecipeException(
                $"Recipe '{recipe.Name}' asks for {recipe.Dimensions} dimensions and document frequencies {wanted ?? "(none)"}; "
                + $"this build has {HashingEmbedder.VectorLength} and {table.Sha256}. Use the built-in recipe 'hashing'.");
    }

    internal static RecipeException Unusable(RecipeDefinition recipe, string parameter, string expected) =>
        new($"Recipe '{recipe.Name}': parameter '{parameter}' is '{recipe.Parameters.GetValueOrDefault(parameter)}'; {expected}.");

    private static void Expect(RecipeDefinition recipe, RecipeStage stage)
    {
        if (recipe.Stage != stage)
        {
            throw new RecipeException($"Recipe '{recipe.Name}' has stage {recipe.Stage}; {stage} is needed here.");
        }
    }

    private static RecipeDefinition Same(RecipeDefinition recipe, string version) => recipe.EngineVersion == version
        ? recipe
        : throw new RecipeException(
            $"Recipe '{recipe.Name}' was made for engine '{recipe.Engine}' version {recipe.EngineVersion}; this build has version "
            + $"{version}, which may give other results. Use the built-in recipe, or the build that the recipe was made with.");

    private static int MaxChars(RecipeDefinition recipe) =>
        int.TryParse(recipe.Parameters.GetValueOrDefault("max_chars"), CultureInfo.InvariantCulture, out var value) && value > 0
            ? value
            : throw Unusable(recipe, "max_chars", "a whole number above 0 is needed");

    private static RecipeException Unknown(RecipeDefinition recipe, params string[] known) =>
        new($"Recipe '{recipe.Name}' names the unknown engine '{recipe.Engine}'. "
            + $"Known {recipe.Stage} engines: {string.Join(", ", known)}.");
}
