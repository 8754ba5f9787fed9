using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pipeline.Inference.Processing;
using Pipeline.Inference.Tokenization;

namespace Pipeline.Inference.OpenAi;

/// <summary>Answers prompts through <c>/chat/completions</c>, each with a request of its own.</summary>
internal sealed class OpenAiCompleter(OpenAiEndpoint endpoint, OpenAiDecoding decoding) : ICompleter
{
    private static readonly JsonWriterOptions _readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly RoughTokens _tokens = new();

    public IReadOnlyList<TextSpan> Tokens(string text) => _tokens.Tokens(text);

    public int Count(Prompt prompt) => _tokens.Count(prompt);

    public async IAsyncEnumerable<TextOutcome<Completion>> CompleteAsync(
        IReadOnlyList<Prompt> prompts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var outcome in Concurrently.RunAsync(prompts, AskAsync, cancellationToken))
        {
            yield return outcome;
        }
    }

    private async Task<TextOutcome<Completion>> AskAsync(int index, Prompt prompt, CancellationToken cancellationToken)
    {
        var answer = await endpoint.PostAsync("chat/completions", Request(prompt), cancellationToken);
        using var body = answer.Body;
        return body is null ? new(index, null, answer.Failure) : Read(index, prompt, body.RootElement);
    }

    private byte[] Request(Prompt prompt)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, _readable))
        {
            writer.WriteStartObject();
            writer.WriteString("model", decoding.Model);
            writer.WriteStartArray("messages");
            if (prompt.System is { } system)
            {
                WriteMessage(writer, "system", system);
            }

            WriteMessage(writer, "user", string.Concat(prompt.Parts.Select(part => part.Text)));
            writer.WriteEndArray();
            WriteDecoding(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteMessage(Utf8JsonWriter writer, string role, string content)
    {
        writer.WriteStartObject();
        writer.WriteString("role", role);
        writer.WriteString("content", content);
        writer.WriteEndObject();
    }

    private void WriteDecoding(Utf8JsonWriter writer)
    {
        writer.WriteNumber("max_tokens", decoding.MaxNewTokens);
        writer.WriteNumber("temperature", decoding.Temperature);
        writer.WriteNumber("seed", decoding.Seed);
        writer.WriteBoolean("stream", false);
        if (decoding.TopP is { } topP)
        {
            writer.WriteNumber("top_p", topP);
        }

        if (decoding.Stop.Length > 0)
        {
            writer.WriteStartArray("stop");
            foreach (var text in decoding.Stop)
            {
                writer.WriteStringValue(text);
            }

            writer.WriteEndArray();
        }

        if (decoding.Extra is { } extra)
        {
            using var document = JsonDocument.Parse(extra);
            foreach (var field in document.RootElement.EnumerateObject())
            {
                field.WriteTo(writer);
            }
        }
    }

    private TextOutcome<Completion> Read(int index, Prompt prompt, JsonElement body)
    {
        if (!TryGet(body, "choices", JsonValueKind.Array, out var choices) || choices.GetArrayLength() == 0
            || !TryGet(choices[0], "message", JsonValueKind.Object, out var message)
            || !TryGet(message, "content", JsonValueKind.String, out var content))
        {
            return new(index, null, new(TextFailure.EngineError, "The endpoint's answer holds no choices[0].message.content."));
        }

        var reason = TryGet(choices[0], "finish_reason", JsonValueKind.String, out var finish) ? finish.GetString() : null;
        if (reason == "content_filter")
        {
            return new(index, null, new("content-filter", "The endpoint's content filter ended the answer."));
        }

        var hasUsage = TryGet(body, "usage", JsonValueKind.Object, out var usage);
        var text = content.GetString() ?? "";
        return new(index, new(
            text, reason == "length",
            hasUsage && TryGet(usage, "prompt_tokens", JsonValueKind.Number, out var asked) ? asked.GetInt32() : Count(prompt),
            hasUsage && TryGet(usage, "completion_tokens", JsonValueKind.Number, out var answered) ? answered.GetInt32() : Tokens(text).Count), null);
    }

    private static bool TryGet(JsonElement element, string name, JsonValueKind kind, out JsonElement value)
    {
        value = default;
        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out value) && value.ValueKind == kind;
    }
}
