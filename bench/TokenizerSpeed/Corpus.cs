using System.Text;
using System.Text.Json;

namespace Pipeline.TokenizerSpeed;

/// <summary>Chinese texts: the sample work orders and, where they lie beside the repository, abstracts of papers.</summary>
internal static class Corpus
{
    public static string[] Read(string root, string shared)
    {
        List<string> texts = [.. File.ReadLines(Path.Combine(root, "samples", "work-orders.csv")).Skip(1).Select(line => line.Split(',', 3)[^1])];
        var abstracts = Path.Combine(shared, "data", "csl-title-dev.jsonl");
        if (File.Exists(abstracts))
        {
            texts.AddRange(File.ReadLines(abstracts).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("text").GetString() ?? ""));
        }

        return [.. texts];
    }

    public static long Bytes(IEnumerable<string> texts) => texts.Sum(text => (long)Encoding.UTF8.GetByteCount(text));
}
