using System.Globalization;
using System.Text.Json;
using Pipeline.Inference.Models;

namespace Pipeline.Inference.Architectures;

/// <summary>
/// A JSON file of a model folder, <c>config.json</c> above all. A value is looked up under each of its spellings in turn; what is missing or
/// of the wrong kind is named together with the file and the remedy. A null counts as absent.
/// </summary>
internal sealed class ModelConfig
{
    public const string FileName = "config.json";

    private readonly JsonElement _root;

    private ModelConfig(string path, JsonElement root)
    {
        FilePath = path;
        _root = root;
    }

    public string FilePath { get; }

    /// <exception cref="ModelException">The file is missing or no JSON object.</exception>
    public static ModelConfig Load(string folder, string file = FileName) =>
        Find(folder, file) ?? throw new ModelException(
            $"'{folder}' has no {file}. Give the folder of a model as it is downloaded from Hugging Face or ModelScope, with every file in it.");

    /// <summary>The file, or null when the folder has none.</summary>
    /// <exception cref="ModelException">It is no JSON object.</exception>
    public static ModelConfig? Find(string folder, string file)
    {
        var path = Path.Combine(folder, file);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var stream = File.OpenRead(path);
            using var document = JsonDocument.Parse(stream);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new ModelConfig(path, document.RootElement.Clone())
                : throw new ModelException($"{path} is no JSON object. Download it again.");
        }
        catch (JsonException exception)
        {
            throw new ModelException($"{path} is no JSON: {exception.Message} Download it again.", exception);
        }
    }

    /// <summary>A whole number of at least <paramref name="minimum"/> that must be there.</summary>
    public int Integer(int minimum, params ReadOnlySpan<string> names) => OptionalInteger(minimum, names) ?? throw Missing(names);

    public int? OptionalInteger(int minimum, params ReadOnlySpan<string> names)
    {
        if (Find(names) is not { } found)
        {
            return null;
        }

        return found.Value.ValueKind == JsonValueKind.Number && found.Value.TryGetInt32(out var value) && value >= minimum
            ? value
            : throw Wrong(found.Name, found.Value, $"a whole number of at least {minimum}");
    }

    /// <summary>A finite number above 0 that must be there.</summary>
    public float PositiveNumber(params ReadOnlySpan<string> names) => OptionalPositiveNumber(names) ?? throw Missing(names);

    public float? OptionalPositiveNumber(params ReadOnlySpan<string> names)
    {
        if (Find(names) is not { } found)
        {
            return null;
        }

        return found.Value.ValueKind == JsonValueKind.Number && found.Value.TryGetSingle(out var value) && value > 0 && float.IsFinite(value)
            ? value
            : throw Wrong(found.Name, found.Value, "a number above 0");
    }

    public string? OptionalText(params ReadOnlySpan<string> names)
    {
        if (Find(names) is not { } found)
        {
            return null;
        }

        return found.Value.ValueKind == JsonValueKind.String
            ? found.Value.GetString()
            : throw Wrong(found.Name, found.Value, "a text");
    }

    /// <summary>A truth value; false when it is absent.</summary>
    public bool Flag(params ReadOnlySpan<string> names)
    {
        if (Find(names) is not { } found)
        {
            return false;
        }

        return found.Value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? found.Value.GetBoolean()
            : throw Wrong(found.Name, found.Value, "true or false");
    }

    /// <summary>Whole numbers: a list, or one alone; none when it is absent.</summary>
    public IReadOnlyList<int> Integers(params ReadOnlySpan<string> names)
    {
        if (Find(names) is not { } found)
        {
            return [];
        }

        var values = found.Value.ValueKind == JsonValueKind.Array ? found.Value.EnumerateArray().ToArray() : [found.Value];
        return Array.TrueForAll(values, value => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _))
            ? [.. values.Select(value => value.GetInt32())]
            : throw Wrong(found.Name, found.Value, "a whole number or a list of them");
    }

    /// <summary>Texts of a list; none when it is absent.</summary>
    public IReadOnlyList<string> Texts(params ReadOnlySpan<string> names)
    {
        if (Find(names) is not { } found)
        {
            return [];
        }

        return found.Value.ValueKind == JsonValueKind.Array && found.Value.EnumerateArray().All(value => value.ValueKind == JsonValueKind.String)
            ? [.. found.Value.EnumerateArray().Select(value => value.GetString() ?? string.Empty)]
            : throw Wrong(found.Name, found.Value, "a list of texts");
    }

    /// <summary>Texts of an object whose keys are 0, 1, .. in any order, by number; none when it is absent.</summary>
    public IReadOnlyList<string> Numbered(string name)
    {
        if (Find([name]) is not { } found)
        {
            return [];
        }

        var texts = new SortedDictionary<int, string>();
        if (found.Value.ValueKind == JsonValueKind.Object)
        {
            foreach (var item in found.Value.EnumerateObject())
            {
                if (item.Value.ValueKind == JsonValueKind.String && int.TryParse(item.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                {
                    texts[number] = item.Value.GetString() ?? string.Empty;
                }
            }

            if (texts.Count == found.Value.EnumerateObject().Count() && texts.Keys.LastOrDefault(-1) == texts.Count - 1)
            {
                return [.. texts.Values];
            }
        }

        throw Wrong(found.Name, found.Value, "an object with the texts of 0, 1, 2 and so on");
    }

    /// <summary>Refuses the model when a key has another value than the one that is built here; it may be absent.</summary>
    public void Expect(string name, string expected)
    {
        if (Find([name]) is { } found && found.Value.ToString() is var value && !value.Equals(expected, StringComparison.OrdinalIgnoreCase))
        {
            throw new ModelException($"{FilePath}: '{name}' is '{Shorten(value)}'; only '{expected}' can be imported. {ModelRemedies.Export}");
        }
    }

    private (string Name, JsonElement Value)? Find(ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (_root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null)
            {
                return (name, value);
            }
        }

        return null;
    }

    private ModelException Missing(ReadOnlySpan<string> names) => new(
        $"{FilePath} lacks the key '{string.Join("' or '", names.ToArray())}'. Take the file that belongs to these weights, or add the value "
        + "that the model's author documents.");

    private ModelException Wrong(string name, JsonElement value, string expected) =>
        new($"{FilePath}: '{name}' is {Shorten(value.GetRawText())}; {expected} is expected. Take the file that belongs to these weights.");

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "...";
}
