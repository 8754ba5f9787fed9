using System.Text;
using System.Text.Json;

namespace Pipeline.Ingest.Sources;

/// <summary>Makes a document, or a rejection, of the bytes of one JSON Lines record.</summary>
internal sealed class JsonRecordParser(RecordAssembler assembler, ContentKind content)
{
    /// <summary>Deepest nesting of a record, the object itself included.</summary>
    public const int MaxDepth = 64;

    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = MaxDepth };

    private readonly JsonFieldName _text = new(assembler.Columns.Text);
    private readonly JsonFieldName? _id = assembler.Columns.Id is { } id ? new(id) : null;
    private readonly JsonFieldName? _reference = assembler.Columns.Reference is { } reference ? new(reference) : null;

    public SourceRecord Parse(long line, long offset, ReadOnlySpan<byte> record)
    {
        if (StrictUtf8.FirstInvalid(record) is >= 0 and var invalid)
        {
            return StrictUtf8.Reject(line, offset, record, invalid, content);
        }

        var reader = new Utf8JsonReader(record, ReaderOptions);
        var fields = new Fields();
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return new RejectedLine(line, RejectCodes.BadJson, $"the line is not a JSON object but {Describe(reader.TokenType)}");
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                ReadField(ref reader, ref fields);
            }

            // Anything but white space after the object makes this throw.
            reader.Read();
        }
        catch (JsonException exception)
        {
            var at = (int)(exception.BytePositionInLine ?? 0);
            // The reader does not say that depth was the reason; a bracket refused on the deepest level does.
            var isTooDeep = reader.CurrentDepth >= MaxDepth - 1 && at < record.Length && record[at] is (byte)'[' or (byte)'{';
            return new RejectedLine(line, RejectCodes.BadJson, isTooDeep
                ? $"the JSON is nested deeper than {MaxDepth} levels"
                : $"the line is not valid JSON at byte offset {offset + at} of {content.Noun()}");
        }

        var id = RecordAssembler.SafeId(fields.Id);
        if (fields.Code is not null)
        {
            return new RejectedLine(line, fields.Code, fields.Reason ?? "", id);
        }

        return fields.Text is null
            ? new RejectedLine(line, RejectCodes.MissingText, $"the object has no text in the field '{_text}'", id)
            : assembler.Assemble(line, fields.Id, fields.Text, fields.Reference);
    }

    private void ReadField(ref Utf8JsonReader reader, ref Fields fields)
    {
        var isText = _text.Matches(ref reader);
        var isId = _id?.Matches(ref reader) ?? false;
        var isReference = _reference?.Matches(ref reader) ?? false;
        reader.Read();
        if (isText)
        {
            Take(ref reader, ref fields, _text, ref fields.Text, ref fields.HasText, numbers: false);
        }

        if (isId)
        {
            Take(ref reader, ref fields, _id, ref fields.Id, ref fields.HasId, numbers: true);
        }

        if (isReference)
        {
            Take(ref reader, ref fields, _reference, ref fields.Reference, ref fields.HasReference, numbers: false);
        }

        reader.Skip();
    }

    private static void Take(
        ref Utf8JsonReader reader, ref Fields fields, JsonFieldName? name, ref string? value, ref bool seen, bool numbers)
    {
        if (seen)
        {
            fields.Fail(RejectCodes.BadJson, $"the object has the field '{name}' twice");
            return;
        }

        seen = true;
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                value = JsonText.Read(ref reader);
                break;
            case JsonTokenType.Number when numbers:
                value = Encoding.UTF8.GetString(reader.ValueSpan);
                break;
            case JsonTokenType.Null:
                break;
            default:
                fields.Fail(RejectCodes.WrongType,
                    $"the field '{name}' must be a string{(numbers ? " or a number" : "")}, not {Describe(reader.TokenType)}");
                break;
        }
    }

    private static string Describe(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        _ => "null",
    };

    private ref struct Fields
    {
        public string? Text;
        public string? Id;
        public string? Reference;
        public bool HasText;
        public bool HasId;
        public bool HasReference;

        public string? Code { get; private set; }

        public string? Reason { get; private set; }

        // The first fault of a line is the one that is told.
        public void Fail(string code, string reason)
        {
            Reason ??= reason;
            Code ??= code;
        }
    }
}
