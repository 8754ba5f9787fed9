using System.Text;
using System.Text.Json;

namespace Pipeline.Ingest.Sources;

/// <summary>
/// Makes a document, or a rejection, of the bytes of one JSON Lines record. What the fields mean is the matter of the derived class.
/// It is used for one record after the other.
/// </summary>
internal abstract class JsonRecordParser(ContentKind content)
{
    /// <summary>Deepest nesting of a record, the object itself included.</summary>
    public const int MaxDepth = 64;

    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = MaxDepth };

    private string? _code;
    private string _reason = "";

    public SourceRecord Parse(long line, long offset, ReadOnlySpan<byte> record)
    {
        if (StrictUtf8.FirstInvalid(record) is >= 0 and var invalid)
        {
            return StrictUtf8.Reject(line, offset, record, invalid, content);
        }

        _code = null;
        Begin();
        var reader = new Utf8JsonReader(record, ReaderOptions);
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return new RejectedLine(line, RejectCodes.BadJson, $"the line is not a JSON object but {Describe(reader.TokenType)}");
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                ReadField(ref reader);
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

        var document = End(line, out var id);
        return document is RejectedLine || (_code is null && document is not null)
            ? document
            : new RejectedLine(line, _code ?? "", _reason, RecordAssembler.SafeId(id));
    }

    /// <summary>Forgets the record before.</summary>
    protected abstract void Begin();

    /// <summary>Reads one field of the object: the reader stands on its name, and afterwards at the end of its value.</summary>
    protected abstract void ReadField(ref Utf8JsonReader reader);

    /// <summary>The document or its rejection; null after <see cref="Fail"/>.</summary>
    protected abstract SourceRecord? End(long line, out string? id);

    /// <summary>Rejects the record; the first fault of a line is the one that is told.</summary>
    protected void Fail(string code, string reason)
    {
        if (_code is null)
        {
            (_code, _reason) = (code, reason);
        }
    }

    /// <summary>Takes the string at the reader; a number's digits where <paramref name="numbers"/> are allowed, null for null.</summary>
    protected string? TakeString(ref Utf8JsonReader reader, string name, ref bool seen, bool numbers = false)
    {
        if (seen)
        {
            Fail(RejectCodes.BadJson, $"the object has the field '{name}' twice");
            return null;
        }

        seen = true;
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return JsonText.Read(ref reader);
            case JsonTokenType.Number when numbers:
                return Encoding.UTF8.GetString(reader.ValueSpan);
            case JsonTokenType.Null:
                return null;
            default:
                FailType(name, $"a string{(numbers ? " or a number" : "")}", reader.TokenType);
                return null;
        }
    }

    /// <summary>Rejects the record for the type of a field.</summary>
    protected void FailType(string name, string wanted, JsonTokenType found) =>
        Fail(RejectCodes.WrongType, $"the field '{name}' must be {wanted}, not {Describe(found)}");

    private static string Describe(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        _ => "null",
    };
}
