using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Pipeline.Cli.Models;

/// <summary>One line <c>{id, text}</c> or <c>{id, ids}</c> of raw access to a model.</summary>
/// <param name="Id">The id as JSON, so that it comes out as it went in; the line's number when there is none.</param>
/// <param name="Text">The text; null exactly when <paramref name="Ids"/> is set.</param>
/// <param name="Ids">Token ids; null exactly when <paramref name="Text"/> is set.</param>
internal sealed record ModelInput(string Id, string? Text, int[]? Ids)
{
    /// <exception cref="FormatException">It is no such line; the message says why.</exception>
    public static ModelInput Parse(int number, ReadOnlySequence<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                throw new FormatException(Say(
                    "It is no JSON object. Give {\"id\": ..., \"text\": ...} or {\"id\": ..., \"ids\": [...]}.",
                    "不是 JSON 对象。应为 {\"id\": ..., \"text\": ...} 或 {\"id\": ..., \"ids\": [...]}。"));
            }

            var id = root.TryGetProperty("id", out var given) && given.ValueKind is JsonValueKind.String or JsonValueKind.Number
                ? given.GetRawText()
                : number.ToString(CultureInfo.InvariantCulture);
            var hasText = root.TryGetProperty("text", out var text);
            var hasIds = root.TryGetProperty("ids", out var ids);
            return (hasText, hasIds) switch
            {
                (true, false) when text.ValueKind == JsonValueKind.String => new(id, text.GetString(), null),
                (false, true) when ids.ValueKind == JsonValueKind.Array => new(id, null, [.. ids.EnumerateArray().Select(item => item.GetInt32())]),
                _ => throw new FormatException(Say("It needs either a \"text\" or an array \"ids\".", "需要 \"text\" 或数组 \"ids\" 二者之一。")),
            };
        }
        catch (JsonException exception)
        {
            throw new FormatException(Say(
                $"It is no valid JSON (byte {exception.BytePositionInLine + 1}). Give one JSON object a line.",
                $"不是有效的 JSON（第 {exception.BytePositionInLine + 1} 字节）。每行应是一个 JSON 对象。"), exception);
        }
        catch (InvalidOperationException exception)
        {
            throw new FormatException(Say($"It is not to be read: {exception.Message}", $"无法读取：{exception.Message}"), exception);
        }
    }
}
