using System.Text;
using System.Text.Json;

namespace Pipeline.Cli.Commands;

/// <summary>A text to compare with, and its id where the file has one.</summary>
internal sealed record CandidateText(string? Id, string Text);

/// <summary>Reads candidates: one text a line, or JSONL <c>{id, text}</c> when the name ends in .jsonl. Blank lines are skipped.</summary>
internal static class CandidateFile
{
    /// <exception cref="DecoderFallbackException">The file is not UTF-8.</exception>
    /// <exception cref="FormatException">A line is not what the format asks for; the message names the line.</exception>
    public static async Task<List<CandidateText>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var isJson = path.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase);
        var candidates = new List<CandidateText>();
        var number = 0;
        await foreach (var line in File.ReadLinesAsync(path, new UTF8Encoding(false, throwOnInvalidBytes: true), cancellationToken))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line))
            {
                candidates.Add(isJson ? Parse(line, path, number) : new(null, line));
            }
        }

        return candidates;
    }

    private static CandidateText Parse(string line, string path, int number)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object
                && root.TryGetProperty("text", out var text)
                && text.ValueKind == JsonValueKind.String)
            {
                return new(root.TryGetProperty("id", out var id) ? id.ToString() : null, text.GetString() ?? string.Empty);
            }
        }
        catch (JsonException exception)
        {
            throw new FormatException(Say(
                $"{path}, line {number}: not valid JSON; an object {{\"id\", \"text\"}} is needed.",
                $"{path} 第 {number} 行：不是有效的 JSON；需要对象 {{\"id\", \"text\"}}。"), exception);
        }

        throw new FormatException(Say($"{path}, line {number}: the string field \"text\" is missing.", $"{path} 第 {number} 行：缺少字符串字段 \"text\"。"));
    }
}
