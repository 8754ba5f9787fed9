using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Pipeline.Inference.Recipes;

/// <summary>The parameter <c>stop</c>: texts that end a generated text.</summary>
internal static class StopStrings
{
    private static readonly JsonSerializerOptions _readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a list of texts.</summary>
    /// <exception cref="RecipeException">It is none.</exception>
    public static ImmutableArray<string> Read(RecipeParameters parameters)
    {
        if (parameters.Text("stop") is not { } json)
        {
            return [];
        }

        try
        {
            var texts = JsonSerializer.Deserialize<string[]>(json) ?? [];
            parameters.Resolve("stop", JsonSerializer.Serialize(texts, _readable));
            return texts.All(text => !string.IsNullOrEmpty(text)) ? [.. texts] : throw new JsonException();
        }
        catch (JsonException)
        {
            throw parameters.Unusable("stop", "a list of texts is needed, such as [\"\\n\"]");
        }
    }
}
