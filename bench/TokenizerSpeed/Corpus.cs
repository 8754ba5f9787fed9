using System.Text;
using System.Text.Json;

namespace Pipeline.TokenizerSpeed;

/// <summary>Chinese texts: the sample work orders and, where they lie beside the repository, abstracts of papers.</summary>
internal static class Corpus
{
    public static string[] Read(string root, string shared)
    {
        var orders = File.ReadLines(Path.Combine(root, "samples", "work-orders.csv")).Skip(1).Select(line => line.Split(',', 3)[^1]);
        var abstracts = Path.Combine(shared, "data", "csl-title-dev.jsonl");
        return [.. orders, .. File.Exists(abstracts) ? File.ReadLines(abstracts).Select(Text) : []];
    }

    private static string Text(string line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.GetProperty("text").GetString() ?? "";
    }

    public static long Bytes(IEnumerable<string> texts) => texts.Sum(text => (long)Encoding.UTF8.GetByteCount(text));
}
