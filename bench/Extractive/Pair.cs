using System.Text.Json;
using Pipeline.Inference.Tests;

namespace Pipeline.Extractive;

/// <summary>A text with its reference summary, and the groups it is counted in.</summary>
internal sealed record Pair(string Text, string Reference, params string[] Groups)
{
    private static readonly (int From, string Name)[] _lengths =
        [(900, "900 characters and more"), (400, "400 to 899"), (100, "100 to 399"), (0, "under 100")];

    public static Pair Of(WorkOrder order) => new(
        order.Text, order.Reference, order.Domain, order.FailureClass.Length > 0 ? order.FailureClass : "no class", order.Language,
        _lengths.First(length => length.From <= order.Text.Length).Name);

    /// <summary>Lines <c>{"text": ..., "reference": ...}</c>.</summary>
    public static IReadOnlyList<Pair> Read(string path) =>
        [.. File.ReadLines(path).Select(line => JsonDocument.Parse(line).RootElement)
            .Select(row => new Pair(row.GetProperty("text").GetString()!, row.GetProperty("reference").GetString()!))];
}
