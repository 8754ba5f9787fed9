using System.Text.Json;

namespace Pipeline.Inference.Tokenization.Loading;

/// <summary>A value of a JSON file that knows where it stands, for messages that name the file, the place and the remedy.</summary>
/// <param name="Value">The value.</param>
/// <param name="File">The file's path.</param>
/// <param name="Container">Path of the value in the file or, for an item of an array, of the array.</param>
/// <param name="Index">Place in the array, or -1.</param>
internal readonly record struct JsonPlace(JsonElement Value, string File, string Container, int Index = -1)
{
    public const string Damaged = "The file is damaged or not a tokenizer's; download it again.";

    public string Path => Index < 0 ? Container : $"{Container}[{Index}]";

    /// <summary>A property that must be there.</summary>
    public JsonPlace this[string name] => Optional(name) ?? throw Error($"the key \"{name}\" is missing", Damaged);

    /// <summary>A property, or nothing when it is absent or null.</summary>
    public JsonPlace? Optional(string name)
    {
        Require(JsonValueKind.Object, "an object");
        return Value.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? new JsonPlace(value, File, Path.Length == 0 ? name : $"{Path}.{name}")
            : null;
    }

    /// <summary>The items of an array.</summary>
    public IReadOnlyList<JsonPlace> Items()
    {
        Require(JsonValueKind.Array, "an array");
        var (file, path) = (File, Path);
        return [.. Value.EnumerateArray().Select((value, index) => new JsonPlace(value, file, path, index))];
    }

    public string Text()
    {
        Require(JsonValueKind.String, "a string");
        try
        {
            return Value.GetString() ?? "";
        }
        catch (InvalidOperationException exception)
        {
            throw Error("the string is not valid Unicode", Damaged, exception);
        }
    }

    public string NonEmptyText() => Text() is { Length: > 0 } text ? text : throw Error("the string is empty", Damaged);

    public int Integer(int minimum = 0) => Value.ValueKind == JsonValueKind.Number && Value.TryGetInt32(out var value) && value >= minimum
        ? value
        : throw Error($"expected a whole number of at least {minimum}, found {Shown}", Damaged);

    public double Real() => Value.ValueKind == JsonValueKind.Number && Value.TryGetDouble(out var value) && double.IsFinite(value)
        ? value
        : throw Error($"expected a number, found {Shown}", Damaged);

    public bool Flag(string name, bool absent = false) => Optional(name) is not { } place ? absent : place.Value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw place.Error($"expected true or false, found {place.Shown}", Damaged),
    };

    /// <summary>The component's kind; refuses to go on when it is none of <paramref name="known"/>.</summary>
    public string Type(params string[] known)
    {
        var place = this["type"];
        var type = place.Text();
        return known.Contains(type)
            ? type
            : throw place.Error(
                $"\"{type}\" is not supported", $"This build reads: {string.Join(", ", known)}. Use a model whose tokenizer consists of these.");
    }

    /// <summary>Refuses a setting that this build can't honour.</summary>
    public void Refuse(bool isRefused, string name, string supported)
    {
        if (isRefused)
        {
            throw Error(
                $"{name}: {Optional(name)?.Shown ?? "its default"} is not supported",
                $"This build reads {supported} only. Use a model whose tokenizer has that.");
        }
    }

    public TokenizerException Error(string problem, string remedy, Exception? cause = null)
    {
        var message = $"{File}: {(Path.Length == 0 ? "" : Path + ": ")}{problem}. {remedy}";
        return cause is null ? new TokenizerException(message) : new TokenizerException(message, cause);
    }

    private string Shown => Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array
        ? $"an {(Value.ValueKind == JsonValueKind.Object ? "object" : "array")}"
        : Value.GetRawText() is { Length: <= 60 } text ? text : Value.GetRawText()[..60] + "...";

    private void Require(JsonValueKind kind, string expected)
    {
        if (Value.ValueKind != kind)
        {
            throw Error($"expected {expected}, found {Shown}", Damaged);
        }
    }
}
