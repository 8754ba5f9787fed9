using System.Text.Json;

namespace Pipeline.Inference.Tokenization.Loading;

/// <summary>Reads a JSON file of a model folder.</summary>
internal static class JsonFile
{
    /// <summary>Opens and parses a file; the document must be disposed of after its last use.</summary>
    public static JsonDocument Parse(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return JsonDocument.Parse(stream);
        }
        catch (JsonException exception)
        {
            var place = $"line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}";
            throw new TokenizerException($"{path}: not JSON, or cut short ({place}). {JsonPlace.Damaged}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new TokenizerException($"{path}: can't be read ({exception.Message}). Make it readable for this user.", exception);
        }
    }

    public static JsonPlace Root(JsonDocument document, string path) => new(document.RootElement, path, "");
}
