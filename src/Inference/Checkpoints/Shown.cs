using System.Text;
using System.Text.Json;

namespace Pipeline.Inference.Checkpoints;

/// <summary>Text of a file that nobody vouches for, made fit for an error message.</summary>
internal static class Shown
{
    private const int LongestName = 200;
    private const int MostDimensions = 10;

    /// <summary>A name in quotes, without control characters and not too long.</summary>
    public static string Name(string name)
    {
        var text = new StringBuilder("'");
        foreach (var rune in name.AsSpan(0, Math.Min(name.Length, LongestName)).EnumerateRunes())
        {
            if (Rune.IsControl(rune))
            {
                text.Append($"\\u{rune.Value:x4}");
            }
            else
            {
                text.Append(rune);
            }
        }

        return text.Append(name.Length > LongestName ? "...'" : "'").ToString();
    }

    /// <summary>Dimensions as <c>[2, 3]</c>.</summary>
    public static string Shape(IReadOnlyCollection<long> shape) =>
        $"[{string.Join(", ", shape.Take(MostDimensions))}{(shape.Count > MostDimensions ? ", ..." : "")}]";

    /// <summary>JSON as the file has it, not too long.</summary>
    public static string Json(JsonElement json)
    {
        var text = json.GetRawText();
        return text.Length > LongestName ? string.Concat(text.AsSpan(0, LongestName), "...") : text;
    }
}
