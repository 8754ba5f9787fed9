using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pipeline.Inference.Processing;

namespace Pipeline.Inference.Recipes;

/// <summary>What a recipe says about the way from a text to its summary, the model apart.</summary>
internal static class ProcessingParameters
{
    private static readonly JsonSerializerOptions _readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The default of <c>max_prompt_tokens</c>.</summary>
    public const int DefaultMaxPromptTokens = 512;

    /// <summary>What a prompt must at least leave for the text.</summary>
    private const int MinRoom = 16;

    /// <summary>Reads the settings.</summary>
    /// <param name="parameters">Where from.</param>
    /// <param name="defaultPrompt">The prompt of a recipe that names none.</param>
    /// <param name="tokens">Measures the prompt.</param>
    /// <param name="mostPromptTokens">The longest prompt that the model takes.</param>
    /// <exception cref="RecipeException">A value can't be used.</exception>
    public static SummarySettings Read(
        RecipeParameters parameters, string defaultPrompt, IPromptTokens tokens, int mostPromptTokens = 1_000_000)
    {
        var template = PromptParameters.Read(parameters, defaultPrompt);
        var maxPromptTokens = parameters.Whole("max_prompt_tokens", Math.Min(DefaultMaxPromptTokens, mostPromptTokens), 1, mostPromptTokens);
        var headShare = parameters.Number("head_share", 0.75, 0, 1) ?? 0;
        var events = parameters.Choice("events", "prompt", "off", "prompt", "split");
        var cause = parameters.Choice("cause", "prompt", "off", "prompt");
        var isDivided = parameters.Choice("long_text", "cut", "cut", "map-reduce") == "map-reduce";
        var parts = isDivided ? parameters.Whole("max_parts", 16, 2, 1000) : 1;
        var glossary = ReadGlossary(parameters);
        var numbers = parameters.Choice("numbers", "repair", "repair", "off");
        var room = new PromptFitter(tokens, template, maxPromptTokens, headShare).Room;
        return room < MinRoom
            ? throw parameters.Unusable(
                "max_prompt_tokens", $"the words of the prompt take {maxPromptTokens - room} tokens, and at least {MinRoom} more are needed for the text")
            : new(
                template, maxPromptTokens, headShare, Enum.Parse<EventMode>(events, ignoreCase: true), cause == "prompt", parts, glossary,
                numbers == "repair");
    }

    /// <summary>A list of terms, or of objects <c>{term, not}</c>, in the one form that is stored.</summary>
    private static Glossary ReadGlossary(RecipeParameters parameters)
    {
        if (parameters.Text("glossary") is not { } json)
        {
            return new([]);
        }

        try
        {
            var entries = JsonNode.Parse(json) as JsonArray ?? throw new FormatException("It is no list.");
            var canonical = JsonSerializer.Serialize(
                entries.Select(entry => entry is JsonValue
                    ? new { term = Term(entry), not = Array.Empty<string>() }
                    : new { term = Term(entry?["term"]), not = (entry?["not"]?.AsArray() ?? []).Select(Term).ToArray() }),
                _readable);
            parameters.Resolve("glossary", canonical);
            return Glossary.Parse(canonical);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw parameters.Unusable("glossary", """a list of terms is needed, such as ["OA", {"term": "Transformer", "not": ["变压器"]}]""");
        }
    }

    private static string Term(JsonNode? node) => node?.GetValue<string>() is { Length: > 0 } term && term == term.Trim()
        ? term
        : throw new FormatException("A term is a text without outer white space.");
}
