using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Pipeline.Cli.Evaluation;

/// <summary>One line of the input.</summary>
/// <param name="Id">The id as JSON text, a string or a number.</param>
/// <param name="Candidate">The summary to be scored.</param>
/// <param name="References">At least one.</param>
/// <param name="Source">The text that was summarized, when the line has it.</param>
internal sealed record EvaluationPair(string Id, string Candidate, IReadOnlyList<string> References, string? Source)
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="FormatException">The message says what is wrong with the line and what to do.</exception>
    public static EvaluationPair Parse(ReadOnlySequence<byte> line, int lineNumber)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return Read(document.RootElement, lineNumber);
        }
        catch (JsonException error)
        {
            throw new FormatException(
                Say(
                    $"The line is not valid JSON (byte {error.BytePositionInLine + 1}). Write one complete JSON object on each line.",
                    $"该行不是有效的 JSON（第 {error.BytePositionInLine + 1} 字节）。每行应是一个完整的 JSON 对象。"), error);
        }
        catch (InvalidOperationException error)
        {
            throw new FormatException(Say(
                "A text on the line is not valid Unicode. Save the file as UTF-8 without lone surrogates.",
                "该行有文本不是有效的 Unicode。请存为 UTF-8，且不含孤立的代理项。"), error);
        }
    }

    private static EvaluationPair Read(JsonElement line, int lineNumber)
    {
        if (line.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException(Say(
                "The line is not a JSON object. Write {\"id\": ..., \"candidate\": ..., \"references\": [...]}.",
                "该行不是 JSON 对象。应写作 {\"id\": ..., \"candidate\": ..., \"references\": [...]}。"));
        }

        var candidate = ReadText(line, "candidate")
            ?? throw new FormatException(Say("The line has no \"candidate\". Add the summary to be scored, as a string.", "该行没有 \"candidate\"。请以字符串给出待评分的摘要。"));
        return new EvaluationPair(ReadId(line, lineNumber), candidate, ReadReferences(line), ReadText(line, "source"));
    }

    private static string ReadId(JsonElement line, int lineNumber)
    {
        if (!line.TryGetProperty("id", out var id) || id.ValueKind == JsonValueKind.Null)
        {
            return lineNumber.ToString(CultureInfo.InvariantCulture);
        }

        return id.ValueKind switch
        {
            JsonValueKind.Number => id.GetRawText(),
            // Serialized anew: raw text could carry bytes that are not UTF-8 into the output.
            JsonValueKind.String => JsonSerializer.Serialize(id.GetString(), Readable),
            _ => throw new FormatException(Say("The \"id\" is neither a string nor a number. Make it one of them, or leave it out.", "\"id\" 既不是字符串也不是数字。请改正，或省略它。")),
        };
    }

    private static string[] ReadReferences(JsonElement line)
    {
        if (!line.TryGetProperty("references", out var references) || references.ValueKind == JsonValueKind.Null)
        {
            return ReadText(line, "reference") is { } single
                ? [single]
                : throw new FormatException(Say(
                    "The line has no \"references\". Add an array of reference summaries, or one \"reference\".",
                    "该行没有 \"references\"。请给出参考摘要的数组，或单个 \"reference\"。"));
        }

        if (references.ValueKind != JsonValueKind.Array || references.GetArrayLength() == 0)
        {
            throw new FormatException(Say(
                "The \"references\" are not an array with at least one string. Add a reference summary.",
                "\"references\" 不是至少含一个字符串的数组。请加上参考摘要。"));
        }

        return [.. references.EnumerateArray().Select(reference => Text(reference, "references"))];
    }

    private static string? ReadText(JsonElement line, string property) =>
        line.TryGetProperty(property, out var value) && value.ValueKind != JsonValueKind.Null ? Text(value, property) : null;

    private static string Text(JsonElement value, string property) =>
        value.ValueKind == JsonValueKind.String && value.GetString() is { } text
            ? text
            : throw new FormatException(Say($"The \"{property}\" of the line must be text. Put it in double quotes.", $"该行的 \"{property}\" 必须是文本。请加双引号。"));
}
