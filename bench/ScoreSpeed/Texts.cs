using Pipeline.Inference.Tests;

namespace Pipeline.ScoreSpeed;

/// <summary>Pairs of exact lengths out of the sample's work orders.</summary>
internal static class Texts
{
    /// <summary>A candidate is half clauses of its reference in another order and half text from elsewhere.</summary>
    public static TextPair[] Pairs(IReadOnlyList<WorkOrder> orders, int count, int reference, int candidate)
    {
        var all = string.Concat(orders.Select(order => order.Text.ReplaceLineEndings("")));
        var part = candidate / 8;
#pragma warning disable CA5394 // Repeatable, not secret.
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var text = Part(all, reference);
            var parts = Enumerable.Range(0, 8).Select(i => Part(i % 2 == 0 ? text : all, part));
            return new TextPair(text, string.Concat(parts));
        })];

        string Part(string from, int length) => from.Substring(random.Next(from.Length - length), length);
#pragma warning restore CA5394
    }
}
