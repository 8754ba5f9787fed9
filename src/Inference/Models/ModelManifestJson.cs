using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pipeline.Inference.Models;

/// <summary>The one way in which a manifest is written, and how it is read back.</summary>
internal static class ModelManifestJson
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        IgnoreReadOnlyProperties = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        WriteIndented = true,
        NewLine = "\n",
    };

    public static string Write(ModelManifest manifest) => JsonSerializer.Serialize(manifest, s_options) + "\n";

    public static void Write(ModelManifest manifest, string path)
    {
        using var file = new FileStream(path, FileMode.CreateNew);
        file.Write(Encoding.UTF8.GetBytes(Write(manifest)));
        file.Flush(flushToDisk: true);
    }

    /// <exception cref="ModelException">It is no manifest, or one of another format.</exception>
    public static ModelManifest Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            using var document = JsonDocument.Parse(stream);
            var format = document.RootElement.GetProperty("format").GetInt32();
            return format == ModelManifest.CurrentFormat
                ? document.RootElement.Deserialize<ModelManifest>(s_options) ?? throw new JsonException("It is empty.")
                : throw new ModelException(
                    $"{path} has format {format}; this build reads format {ModelManifest.CurrentFormat}. Import the model again.");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new ModelException($"{path} is no manifest of a model: {exception.Message} Import the model again.", exception);
        }
    }
}
