using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Pipeline.Ingest.Sources;
using Pipeline.ServiceDefaults.Http;

namespace Pipeline.Ingest.Http;

/// <summary>One JSON object, or an array of objects, as JSON Lines: the n-th object becomes line n.</summary>
internal static class JsonBody
{
    private static readonly SearchValues<byte> s_lineEnds = SearchValues.Create("\r\n"u8);

    /// <summary>Reads the body, which is limited in size, and makes an input of it.</summary>
    /// <exception cref="ApiException">It is not UTF-8, not JSON, or holds no object.</exception>
    public static async Task<SpooledInput> ReadAsync(Stream body, string name, string sourceName, CancellationToken cancellationToken)
    {
        using var held = new MemoryStream();
        await body.CopyToAsync(held, cancellationToken);
        var bytes = new ReadOnlyMemory<byte>(held.GetBuffer(), 0, (int)held.Length);
        if (StrictUtf8.FirstInvalid(bytes.Span) is >= 0 and var invalid)
        {
            throw new ApiException(
                StatusCodes.Status400BadRequest, "bad-encoding", $"Byte 0x{bytes.Span[invalid]:X2} at byte offset {invalid} of the body is not valid UTF-8.",
                "Send JSON in UTF-8.");
        }

        using var document = Parse(bytes);
        List<JsonElement> documents = document.RootElement.ValueKind switch
        {
            JsonValueKind.Array => [.. document.RootElement.EnumerateArray()],
            JsonValueKind.Object => [document.RootElement],
            _ => [],
        };
        return documents.Count == 0
            ? throw new ApiException(
                StatusCodes.Status400BadRequest, "no-documents", "The body holds no document.",
                "Send an object such as {\"id\": \"A-1\", \"text\": \"...\"}, or an array of such objects.")
            : await SpooledInput.CreateAsync(name, sourceName, file => WriteLinesAsync(documents, file, cancellationToken), cancellationToken);
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = JsonRecordParser.MaxDepth });
        }
        catch (JsonException exception)
        {
            throw new ApiException(
                StatusCodes.Status400BadRequest, "bad-json",
                $"The body is not JSON: it can't be read beyond line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}.",
                "Correct it there. One object a line is another type: application/x-ndjson.", exception);
        }
    }

    private static async Task WriteLinesAsync(List<JsonElement> documents, Stream file, CancellationToken cancellationToken)
    {
        foreach (var document in documents)
        {
            var line = JsonMarshal.GetRawUtf8Value(document).ToArray();
            // Strings hold no line ends in JSON, so all that are there stand between tokens.
            line.AsSpan().ReplaceAny(s_lineEnds, (byte)' ');
            await file.WriteAsync(line, cancellationToken);
            file.WriteByte((byte)'\n');
        }
    }
}
