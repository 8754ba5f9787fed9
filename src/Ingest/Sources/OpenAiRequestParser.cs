using System.Text;
using System.Text.Json;

namespace Pipeline.Ingest.Sources;

/// <summary>
/// A line of an OpenAI batch file: the id is <c>custom_id</c>, the text the last message of the role <c>user</c>. Recipes decide how it is
/// summarised, so model, other messages and parameters are not read.
/// </summary>
internal sealed class OpenAiRequestParser(TextPolicy policy, ContentKind content) : JsonRecordParser(content)
{
    private const string Endpoint = "/v1/chat/completions";
    private const string IdName = "custom_id";
    private const string ContentName = "content";

    private static readonly string[] RequestFields = [IdName, "method", "url", "body"];

    private readonly RecordAssembler _assembler = new(new ColumnSelection("the last user message", IdName, Reference: null), policy);
    private string? _id;
    private string? _method;
    private string? _url;
    private string? _text;
    private string? _textFault;
    private bool _hasId;
    private bool _hasMethod;
    private bool _hasUrl;
    private bool _hasBody;

    /// <summary>True for the fields of an object that is such a line.</summary>
    public static bool LooksLikeRequest(IReadOnlyCollection<string> fields) => RequestFields.All(fields.Contains);

    protected override void Begin()
    {
        _id = _method = _url = _text = _textFault = null;
        _hasId = _hasMethod = _hasUrl = _hasBody = false;
    }

    protected override void ReadField(ref Utf8JsonReader reader)
    {
        var name = JsonText.Read(ref reader);
        reader.Read();
        switch (name)
        {
            case IdName:
                _id = TakeString(ref reader, name, ref _hasId) ?? _id;
                break;
            case "method":
                _method = TakeString(ref reader, name, ref _hasMethod) ?? _method;
                break;
            case "url":
                _url = TakeString(ref reader, name, ref _hasUrl) ?? _url;
                break;
            case "body" when _hasBody:
                Fail(RejectCodes.BadJson, "the object has the field 'body' twice");
                break;
            case "body":
                _hasBody = true;
                ReadBody(ref reader);
                break;
        }

        reader.Skip();
    }

    protected override SourceRecord? End(long line, out string? id)
    {
        id = _id;
        if (_url != Endpoint || _method != "POST")
        {
            // What another endpoint wants in its body is not ours to judge.
            var asked = $"{Shown(_method)} {Shown(_url)}".Trim();
            return new RejectedLine(
                line, RejectCodes.WrongEndpoint,
                $"the line asks for {(asked.Length > 0 ? asked : "no endpoint")}; only POST {Endpoint} can be summarised. Correct 'method' and "
                + "'url', or take the line out.",
                RecordAssembler.SafeId(id));
        }

        if (string.IsNullOrWhiteSpace(_id))
        {
            Fail(RejectCodes.MissingId, $"the line has no '{IdName}'; give every line one of its own");
        }
        else if (_textFault is not null)
        {
            Fail(RejectCodes.WrongType, _textFault);
        }
        else if (_text is not null)
        {
            return _assembler.Assemble(line, id, _text, reference: null);
        }

        Fail(RejectCodes.MissingText, "body.messages has no message of the role 'user'");
        return null;
    }

    private void ReadBody(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            FailType("body", "an object", reader.TokenType);
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isMessages = reader.ValueTextEquals("messages"u8);
            reader.Read();
            if (isMessages && reader.TokenType == JsonTokenType.StartArray)
            {
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    ReadMessage(ref reader);
                }
            }
            else if (isMessages)
            {
                FailType("body.messages", "an array", reader.TokenType);
            }

            reader.Skip();
        }
    }

    private void ReadMessage(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            FailType("body.messages", "an array of objects", reader.TokenType);
            reader.Skip();
            return;
        }

        var isUser = false;
        string? text = null, fault = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonText.Read(ref reader);
            reader.Read();
            if (name == "role")
            {
                isUser = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("user"u8);
            }
            else if (name == ContentName)
            {
                (text, fault) = reader.TokenType switch
                {
                    JsonTokenType.String => (JsonText.Read(ref reader), null),
                    JsonTokenType.StartArray => ReadParts(ref reader),
                    _ => (null, "the content of the last user message is neither a string nor an array of parts"),
                };
            }

            reader.Skip();
        }

        if (isUser)
        {
            (_text, _textFault) = (text ?? "", fault);
        }
    }

    // Parts of the type text, one below the other.
    private static (string? Text, string? Fault) ReadParts(ref Utf8JsonReader reader)
    {
        var text = new StringBuilder();
        string? fault = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            string? type = null, part = null;
            var isObject = reader.TokenType == JsonTokenType.StartObject;
            while (isObject && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = JsonText.Read(ref reader);
                reader.Read();
                var value = reader.TokenType == JsonTokenType.String ? JsonText.Read(ref reader) : null;
                type = name == "type" ? value : type;
                part = name == "text" ? value : part;
                reader.Skip();
            }

            reader.Skip();
            if (type == "text" && part is not null)
            {
                text.Append(text.Length > 0 ? "\n" : "").Append(part);
            }
            else
            {
                fault ??= $"the last user message has a part of the type '{Shown(type)}'; only parts of the type 'text' can be summarised";
            }
        }

        return (text.ToString(), fault);
    }

    // Written by somebody else: what a message shows of it is short.
    private static string Shown(string? value) => RecordAssembler.SafeId(value?.Length > 40 ? value[..40] : value) ?? "";
}
