using Pipeline.Inference.Generation;

namespace Pipeline.Inference.Recipes;

/// <summary>How a recipe chooses the words when our own runtime runs it.</summary>
internal static class GenerationParameters
{
    /// <summary>Reads the options; a sampling temperature gets its seed written down.</summary>
    /// <exception cref="RecipeException">A value can't be used, or two contradict each other.</exception>
    public static GenerationOptions Read(RecipeParameters parameters)
    {
        var maxNewTokens = parameters.Whole("max_new_tokens", 128, 1, 8192);
        var options = new GenerationOptions
        {
            MaxNewTokens = maxNewTokens,
            MinNewTokens = parameters.Whole("min_new_tokens", 0, 0, maxNewTokens),
            Temperature = parameters.Number("temperature", 0, 0, 100) ?? 0,
            TopK = parameters.Text("top_k") is null ? null : parameters.Whole("top_k", 0, 1, 1_000_000),
            TopP = parameters.Number("top_p", null, 1e-6, 1),
            RepetitionPenalty = parameters.Number("repetition_penalty", 1, 0.01, 100) ?? 1,
            Beams = parameters.Whole("beams", 1, 1, 16),
            LengthPenalty = parameters.Number("length_penalty", 1, -10, 10) ?? 1,
            Seed = parameters.Whole("seed", 0, 0, int.MaxValue),
            StopStrings = StopStrings.Read(parameters),
        };
        try
        {
            options.Validate();
            return options;
        }
        catch (GenerationException exception)
        {
            throw parameters.Contradiction(exception.Message);
        }
    }
}
