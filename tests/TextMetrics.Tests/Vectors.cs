using System.Text.Json;

namespace Pipeline.TextMetrics.Tests;

internal static class Vectors
{
    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "vectors", name);

    public static IEnumerable<JsonElement> Read(string name) =>
        File.ReadLines(PathOf(name)).Select(line => JsonDocument.Parse(line).RootElement);

    public static string Text(this JsonElement vector, string property) => vector.GetProperty(property).GetString()!;

    public static string[] Texts(this JsonElement vector, string property) =>
        [.. vector.GetProperty(property).EnumerateArray().Select(item => item.GetString()!)];
}
