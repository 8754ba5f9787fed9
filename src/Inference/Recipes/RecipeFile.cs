using System.Text;
using System.Text.Json;

namespace Pipeline.Inference.Recipes;

/// <summary>
/// A recipe that a person wrote: one flat JSON object with <c>name</c>, <c>engine</c> and the engine's parameters. Numbers, texts, lists and
/// objects are taken as they stand.
/// </summary>
public static class RecipeFile
{
    private const int MaxBytes = 1 << 20;

    private static readonly JsonDocumentOptions _options = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        AllowDuplicateProperties = false,
    };

    /// <summary>Reads a file.</summary>
    /// <exception cref="RecipeException">It can't be read or is no recipe; the message names the file and the place.</exception>
    public static RecipeDraft Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaxBytes)
            {
                throw new RecipeException($"{path} is larger than {MaxBytes / 1024} kB. A recipe is one small JSON object.");
            }

            return Parse(File.ReadAllText(path, new UTF8Encoding(false, throwOnInvalidBytes: true)));
        }
        catch (Exception exception) when (exception is RecipeException or JsonException or DecoderFallbackException)
        {
            throw new RecipeException($"{path}: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RecipeException($"The recipe file can't be read: {exception.Message}", exception);
        }
    }

    /// <summary>Reads JSON.</summary>
    /// <exception cref="RecipeException">It is no recipe.</exception>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static RecipeDraft Parse(string json)
    {
        using var document = JsonDocument.Parse(json, _options);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new RecipeException("A recipe is one JSON object, such as {\"name\": \"short\", \"engine\": \"extractive\"}.");
        }

        var fields = RecipeDefinition.NoParameters.AddRange(document.RootElement.EnumerateObject()
            .Where(field => field.Value.ValueKind != JsonValueKind.Null)
            .Select(field => KeyValuePair.Create(field.Name, Text(field.Value))));
        var common = new RecipeParameters(fields.GetValueOrDefault("name", "(without a name)"), fields);
        var name = RecipeName.Check(common.Required("name", "what you call it, such as \"seqgpt\""));
        var engine = common.Required("engine", "what runs it, such as \"onnx\" or \"openai\"");
        RecipeStage? stage = common.Text("stage") is null ? null : Enum.Parse<RecipeStage>(common.Choice("stage", "", "embed", "summarize"), ignoreCase: true);
        var seconds = common.Number("seconds_per_text", null, 0.000_01, 600);
        return new(name, engine, stage, fields.RemoveRange(["name", "engine", "stage", "seconds_per_text"]), seconds);
    }

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : value.GetRawText();
}
