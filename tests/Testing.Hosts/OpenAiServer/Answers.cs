using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Pipeline.OpenAiServer;

/// <summary>
/// Answers that follow from the text. A summary is the text's first sentence without directives, or its last one when the environment says
/// <c>OPENAI_SERVER_ANSWERS=last</c>, as if another model had been put behind the same name; <c>[[twist]]</c> makes 1.2倍 of its 120%,
/// <c>[[length]]</c> and <c>[[filter]]</c> choose how it ended.
/// </summary>
internal static partial class Answers
{
    /// <summary>What a degraded model says to everything.</summary>
    public const string Nonsense = "\n今天天气很好";

    private const int Dimensions = 8;

    /// <summary>The last message, or what is to be embedded.</summary>
    public static string TextOf(JsonNode body) =>
        (string?)body["messages"]?.AsArray()[^1]?["content"] ?? (string?)body["input"] ?? "";

    public static JsonNode Chat(string text)
    {
        var answer = Environment.GetEnvironmentVariable("OPENAI_SERVER_ANSWERS") == "last" ? LastSentence(text) : FirstSentence(text);
        if (text.Contains("[[twist]]", StringComparison.Ordinal))
        {
            answer = answer.Replace("120%", "1.2倍", StringComparison.Ordinal);
        }

        return new JsonObject
        {
            ["object"] = "chat.completion",
            ["choices"] = new JsonArray(new JsonObject
            {
                ["index"] = 0,
                ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = answer },
                ["finish_reason"] = text.Contains("[[length]]", StringComparison.Ordinal) ? "length"
                    : text.Contains("[[filter]]", StringComparison.Ordinal) ? "content_filter" : "stop",
            }),
            ["usage"] = new JsonObject { ["prompt_tokens"] = text.Length, ["completion_tokens"] = answer.Length },
        };
    }

    public static JsonNode Embedding(string text)
    {
        var values = new double[Dimensions];
        foreach (var c in text)
        {
            values[c % Dimensions]++;
        }

        return new JsonObject
        {
            ["data"] = new JsonArray(new JsonObject { ["embedding"] = new JsonArray([.. values.Select(value => (JsonNode)value)]) }),
            ["usage"] = new JsonObject { ["prompt_tokens"] = text.Length },
        };
    }

    // Behind the prompt's first line.
    private static string FirstSentence(string text)
    {
        var ticket = AnyDirective().Replace(text[(text.IndexOf('\n') + 1)..], "");
        var end = ticket.IndexOfAny(['。', '，', '\n']);
        return end < 0 ? ticket : ticket[..end];
    }

    private static string LastSentence(string text) => AnyDirective().Replace(text, "").Split('。', StringSplitOptions.RemoveEmptyEntries)[^1];

    [GeneratedRegex(@"\[\[.*?\]\]")]
    private static partial Regex AnyDirective();
}
