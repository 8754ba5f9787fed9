using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Pipeline.Inference.OpenAi;

/// <summary>Embeds through <c>/embeddings</c>, each text with a request of its own; the vectors are L2-normalised here.</summary>
internal sealed class OpenAiEmbedder(OpenAiEndpoint endpoint, string model, int dimensions) : IEmbedder
{
    private static readonly JsonWriterOptions _readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public int Dimensions => dimensions;

    public IAsyncEnumerable<TextOutcome<Embedding>> EmbedAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken) =>
        Concurrently.RunAsync(texts, AskAsync, cancellationToken);

    private async Task<TextOutcome<Embedding>> AskAsync(int index, string text, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return new(index, null, TextFailure.EmptyText);
        }

        var answer = await endpoint.PostAsync("embeddings", Request(text), cancellationToken);
        using var body = answer.Body;
        return body is null ? new(index, null, answer.Failure) : Read(index, body.RootElement);
    }

    private byte[] Request(string text)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, _readable))
        {
            writer.WriteStartObject();
            writer.WriteString("model", model);
            writer.WriteString("input", text);
            writer.WriteString("encoding_format", "float");
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private TextOutcome<Embedding> Read(int index, JsonElement body)
    {
        double[] values;
        try
        {
            values = [.. body.GetProperty("data")[0].GetProperty("embedding").EnumerateArray().Select(value => value.GetDouble())];
        }
        catch (Exception exception) when (exception is InvalidOperationException or KeyNotFoundException or IndexOutOfRangeException or FormatException)
        {
            return new(index, null, new(TextFailure.EngineError, "The endpoint's answer holds no data[0].embedding."));
        }

        if (values.Length != dimensions)
        {
            return new(index, null, new(
                TextFailure.RecipeNotRunnable, $"The endpoint's vectors have {values.Length} dimensions; 'dimensions' of the recipe is {dimensions}."));
        }

        var norm = Math.Sqrt(values.Sum(value => value * value));
        return norm > 0 && double.IsFinite(norm)
            ? new(index, new([.. values.Select(value => (float)(value / norm))]), null)
            : new(index, null, new(TextFailure.EngineError, "The endpoint's vector has no direction."));
    }
}
