using Pipeline.Storage.Comparisons;
using Pipeline.TextMetrics.Extractiveness;
using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.Scoring.Comparison;

/// <summary>A number that recipes are compared on.</summary>
/// <param name="Name">As in <c>--metric</c> and JSON.</param>
/// <param name="IsHigherBetter">False for numbers that only describe: a gate does not judge them.</param>
/// <param name="NeedsReference">Whether it comes from a reference.</param>
/// <param name="NeedsTexts">Whether texts must be read for it.</param>
/// <param name="Value">Its value of a summary; null where it has none.</param>
public sealed record Metric(
    string Name, bool IsHigherBetter, bool NeedsReference, bool NeedsTexts, Func<ComparableLine, ComparableSummary, double?> Value)
{
    private static readonly Tokenizer s_tokenizer = Tokenizers.Get("char-nfkc");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Metric> All { get; } =
    [
        new("rouge1", true, true, false, (_, summary) => summary.Rouge1F),
        new("rouge2", true, true, false, (_, summary) => summary.Rouge2F),
        new("rougeL", true, true, false, (_, summary) => summary.RougeLF),
        new("rougeLsum", true, true, false, (_, summary) => summary.RougeLsumF),
        new("cosine", true, false, false, (_, summary) => summary.Cosine),
        new("compression", false, false, false, (_, summary) => summary.Compression),
        new("coverage", false, false, true, (line, summary) => ExtractiveFragments.Find(summary.Text ?? "", line.Text ?? "", s_tokenizer).Coverage),
        new("seconds", false, false, false, (_, summary) => summary.Seconds),
    ];

    /// <summary>Their names.</summary>
    public static string Names { get; } = string.Join(", ", All.Select(metric => metric.Name));

    /// <summary>The metrics of these names; without names, those that suit a batch with or without references.</summary>
    /// <exception cref="ComparisonException">There is no such metric.</exception>
    public static IReadOnlyList<Metric> Choose(IReadOnlyCollection<string> names, bool hasReferences)
    {
        string[] defaults = hasReferences ? ["rouge1", "rouge2", "rougeL"] : ["cosine", "compression", "coverage"];
        return [.. (names.Count > 0 ? names : defaults).Distinct(StringComparer.OrdinalIgnoreCase).Select(name =>
            All.FirstOrDefault(metric => metric.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ComparisonException($"Unknown metric '{name}'. Choose from {Names}.", $"未知的指标 '{name}'。可选：{Names}。"))];
    }
}
