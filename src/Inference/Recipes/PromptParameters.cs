using Pipeline.Inference.Processing;

namespace Pipeline.Inference.Recipes;

/// <summary>The prompt of a recipe: a built-in one by name, or wordings of its own. Their full text becomes part of the recipe.</summary>
internal static class PromptParameters
{
    private const string Own = "own";

    /// <summary>Reads the template.</summary>
    /// <param name="parameters">Where from.</param>
    /// <param name="fallback">The built-in prompt that is taken when the recipe names none.</param>
    /// <exception cref="RecipeException">The name is unknown, or a wording lacks <c>{text}</c>.</exception>
    public static PromptTemplate Read(RecipeParameters parameters, string fallback)
    {
        var plain = parameters.Text("prompt_text");
        var name = parameters.Text("prompt", plain is null ? fallback : Own);
        var builtIn = BuiltInPrompts.Find(name);
        if (builtIn is null && name != Own)
        {
            throw parameters.Unusable(
                "prompt", $"one of {string.Join(", ", BuiltInPrompts.All.Keys)} is needed, or '{Own}' with the wording in 'prompt_text'");
        }

        plain ??= builtIn?.Plain ?? throw parameters.Unusable("prompt_text", $"the prompt '{Own}' needs its wording here, with {{text}} in it");
        var template = new PromptTemplate(plain == builtIn?.Plain ? builtIn.Name : Own, plain)
        {
            Cause = parameters.Text("prompt_cause", builtIn?.Cause),
            Events = parameters.Text("prompt_events", builtIn?.Events),
            System = parameters.Text("prompt_system", builtIn?.System),
        };
        parameters.Resolve("prompt", template.Name);
        parameters.Resolve("prompt_text", template.Plain);
        Check(parameters, "prompt_text", template.Plain);
        Check(parameters, "prompt_cause", template.Cause);
        Check(parameters, "prompt_events", template.Events);
        return template;
    }

    private static void Check(RecipeParameters parameters, string name, string? wording)
    {
        if (wording is not null && !PromptTemplate.HasText(wording))
        {
            throw parameters.Unusable(name, "it needs {text} exactly once");
        }
    }
}
