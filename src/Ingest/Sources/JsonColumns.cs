using System.Text.Json;

namespace Pipeline.Ingest.Sources;

/// <summary>
/// Chooses the fields of a JSON Lines input by its first lines. A named field must stand in one of them; the unnamed text field is
/// taken from the first object that has a well-known one, so that one stray object at the top does not decide for the whole input.
/// </summary>
internal static class JsonColumns
{
    /// <summary>How much of the input is looked at.</summary>
    public const int SampleBytes = 256 * 1024;

    /// <exception cref="SourceException">No sampled line is an object, or the fields cannot be chosen.</exception>
    public static ColumnSelection Choose(ReadOnlySpan<byte> sample, long line, SourceOptions options, string source)
    {
        var all = new List<string>();
        List<string>? typical = null;
        var (lines, objects) = (0, 0);
        for (var rest = sample; !rest.IsEmpty;)
        {
            var record = TakeLine(ref rest);
            lines += JsonLinesSource.IsBlank(record) ? 0 : 1;
            if (FieldNames(record) is not { } names)
            {
                continue;
            }

            objects++;
            all.AddRange(names.Except(all));
            typical ??= ColumnSelection.HasKnownText(names) ? names : null;
        }

        if (objects == 0)
        {
            throw new SourceException($"{source} does not look like JSON Lines: none of the {lines} lines from line {line} on is a JSON "
                + "object in UTF-8. Write one object a line (jq -c . FILE), or name another --format.")
            {
                Chinese = $"{source} 不像 JSON Lines：从第 {line} 行起的 {lines} 行都不是 UTF-8 的 JSON 对象。请每行写一个对象（jq -c . FILE），或用 --format 指定其他格式。",
            };
        }

        return ColumnSelection.Choose(all, options, source, typical);
    }

    /// <summary>True when the first object of the sample is a request of an OpenAI batch.</summary>
    public static bool LookLikeRequests(ReadOnlySpan<byte> sample)
    {
        while (!sample.IsEmpty)
        {
            if (FieldNames(TakeLine(ref sample)) is { } names)
            {
                return OpenAiRequestParser.LooksLikeRequest(names);
            }
        }

        return false;
    }

    private static ReadOnlySpan<byte> TakeLine(ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf((byte)'\n');
        var record = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return record;
    }

    private static List<string>? FieldNames(ReadOnlySpan<byte> record)
    {
        if (StrictUtf8.FirstInvalid(record) >= 0)
        {
            return null;
        }

        var reader = new Utf8JsonReader(record, new JsonReaderOptions { MaxDepth = JsonRecordParser.MaxDepth });
        var names = new List<string>();
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                names.Add(JsonText.Read(ref reader));
                reader.Skip();
            }

            reader.Read();
            return names;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
