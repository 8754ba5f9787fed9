using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pipeline.Inference.Recipes;

/// <summary>Definitions as JSON: what <see cref="RecipeDefinition.CanonicalJson"/> wrote, or the same for people, with the estimate.</summary>
public static class RecipeJson
{
    private const string Seconds = "seconds_per_text";

    private static readonly JsonSerializerOptions _readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        NewLine = "\n",
    };

    /// <summary>The definition for people, with line ends.</summary>
    public static string Write(RecipeDefinition recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        var json = JsonNode.Parse(recipe.CanonicalJson)!.AsObject();
        json[Seconds] = recipe.SecondsPerText;
        return json.ToJsonString(_readable) + "\n";
    }

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
                SecondsPerText = root.TryGetProperty(Seconds, out var seconds) ? seconds.GetDouble() : 0,
            };
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new RecipeException($"This is no recipe definition: {exception.Message}", exception);
        }
    }
}
