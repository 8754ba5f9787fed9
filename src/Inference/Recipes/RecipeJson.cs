using System.Text.Json;

namespace Pipeline.Inference.Recipes;

/// <summary>Reads a definition back from the JSON that <see cref="RecipeDefinition.CanonicalJson"/> wrote.</summary>
public static class RecipeJson
{
    /// <summary>Parses a definition; key order and white space do not matter.</summary>
    /// <exception cref="RecipeException">It is no definition of a recipe.</exception>
    public static RecipeDefinition Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            return new RecipeDefinition
            {
                Name = root.GetProperty("name").GetString() ?? "",
                Stage = Enum.Parse<RecipeStage>(root.GetProperty("stage").GetString() ?? "", ignoreCase: true),
                Engine = root.GetProperty("engine").GetString() ?? "",
                EngineVersion = root.GetProperty("engine_version").GetString() ?? "",
                Dimensions = root.TryGetProperty("dimensions", out var dimensions) ? dimensions.GetInt32() : null,
                Parameters = root.TryGetProperty("parameters", out var parameters)
                    ? RecipeDefinition.NoParameters.AddRange(parameters.EnumerateObject()
                        .Select(entry => KeyValuePair.Create(entry.Name, entry.Value.GetString() ?? "")))
                    : RecipeDefinition.NoParameters,
            };
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new RecipeException($"This is no recipe definition: {exception.Message}", exception);
        }
    }
}
