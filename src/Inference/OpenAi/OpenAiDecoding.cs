using System.Collections.Immutable;
using System.Text.Json;
using Pipeline.Inference.Recipes;

namespace Pipeline.Inference.OpenAi;

/// <summary>How an endpoint shall choose the words.</summary>
/// <param name="Model">The model's name there.</param>
/// <param name="MaxNewTokens">Highest number of new tokens.</param>
/// <param name="Temperature">0 takes the most probable token each time.</param>
/// <param name="TopP">Nucleus sampling; null: the endpoint's default.</param>
/// <param name="Seed">Of the samples; endpoints may ignore it.</param>
/// <param name="Stop">Texts that end the answer.</param>
/// <param name="Extra">More fields of the request, such as <c>{"chat_template_kwargs": {"enable_thinking": false}}</c>; null for none.</param>
internal sealed record OpenAiDecoding(
    string Model, int MaxNewTokens, double Temperature, double? TopP, int Seed, ImmutableArray<string> Stop, string? Extra)
{
    private static readonly string[] _ours = ["model", "messages", "stream", "max_tokens", "temperature", "top_p", "seed", "stop"];

    /// <summary>Reads a recipe.</summary>
    /// <exception cref="RecipeException">A parameter can't be used.</exception>
    public static OpenAiDecoding Read(RecipeParameters parameters) => new(
        parameters.Required("model", "the model's name at the endpoint"),
        parameters.Whole("max_new_tokens", 128, 1, 100_000),
        parameters.Number("temperature", 0, 0, 2) ?? 0,
        parameters.Number("top_p", null, 1e-6, 1),
        parameters.Whole("seed", 0, 0, int.MaxValue),
        StopStrings.Read(parameters),
        ReadExtra(parameters));

    private static string? ReadExtra(RecipeParameters parameters)
    {
        if (parameters.Text("extra_body") is not { } json)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.EnumerateObject().Select(field => field.Name).FirstOrDefault(_ours.Contains) is { } taken)
            {
                throw parameters.Unusable("extra_body", $"'{taken}' has a parameter of its own, or can't be changed");
            }

            var compact = JsonSerializer.Serialize(document.RootElement);
            parameters.Resolve("extra_body", compact);
            return compact;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw parameters.Unusable("extra_body", "a JSON object is needed");
        }
    }
}
