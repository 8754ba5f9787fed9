using System.Text.Encodings.Web;
using System.Text.Json;
using Pipeline.Storage.Reports;

namespace Pipeline.Storage.Exports;

/// <summary>
/// Lines as the batch API of OpenAI writes them: a response with a chat completion, or an error. The model is the recipe; usage
/// is null where the recipe counts no tokens.
/// </summary>
public sealed class OpenAiResultText(long batchId) : ResultText
{
    private static readonly JsonSerializerOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>True for a line with a response; the others have an error.</summary>
    public static bool HasResponse(ResultRow row) => row.Error is null && row.Summary is not null;

    /// <inheritdoc/>
    public override string Line(ResultRow row) => JsonSerializer.Serialize(
        new
        {
            id = $"batch_req_{batchId}_{row.Line}",
            custom_id = row.Id,
            response = HasResponse(row) ? Response(row) : null,
            error = HasResponse(row) ? null : Error(row),
        },
        s_options) + "\n";

    private object Response(ResultRow row) => new
    {
        status_code = 200,
        request_id = $"req_{batchId}_{row.Line}",
        body = new
        {
            id = $"chatcmpl-{batchId}-{row.Line}",
            @object = "chat.completion",
            created = row.SummarizedAt?.ToUnixTimeSeconds() ?? 0,
            model = row.Recipe,
            choices = new object[]
            {
                new
                {
                    index = 0,
                    message = new { role = "assistant", content = row.Summary, refusal = (string?)null },
                    logprobs = (string?)null,
                    finish_reason = row.FinishReason is "length" or "cut" ? "length" : "stop",
                },
            },
            usage = row is { PromptTokens: { } prompt, OutputTokens: { } output }
                ? new { prompt_tokens = prompt, completion_tokens = output, total_tokens = prompt + output }
                : null,
        },
    };

    private static object Error(ResultRow row)
    {
        // "step: code: reason", of several failed steps the first.
        var parts = row.Error?.Split(": ", 3);
        return parts is [_, var code, ..]
            ? new { code, message = row.Error ?? "" }
            : new { code = row.State, message = $"The line has no result; its state is {row.State}." };
    }
}
