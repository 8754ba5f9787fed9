using Npgsql;
using Pipeline.Storage.Comparisons;
using Pipeline.Storage.Reports;

namespace Pipeline.Scoring.Comparison;

/// <summary>Compares two recipes of a batch.</summary>
public sealed class BatchComparison(NpgsqlDataSource dataSource)
{
    /// <summary>Reads the scores and compares them.</summary>
    /// <exception cref="ComparisonException">A recipe, metric or slice does not suit the batch; the message says what would.</exception>
    public async Task<Compared> RunAsync(BatchComparisonRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var reader = new ComparisonReader(dataSource);
        CheckRecipes(request, [.. (await new BatchReports(dataSource).RecipesAsync(request.BatchId, cancellationToken)).Select(row => row.Name)]);
        // A recipe with itself is a comparison like any other: no difference, p = 1.
        string[] recipes = [.. ((string[])[request.A, request.B]).Distinct()];
        var counts = await reader.SignaturesAsync(request.BatchId, recipes, cancellationToken);
        var metrics = Metric.Choose(request.Metrics, hasReferences: counts.Count > 0);
        CheckSlices(request, counts.Count > 0);
        if (counts.Count == 0 && metrics.FirstOrDefault(metric => metric.NeedsReference) is { } scoreless)
        {
            throw new ComparisonException(
                $"Batch '{request.Batch}' has no ROUGE scores, so '{scoreless.Name}' can't be compared: submit it with --reference-column, or wait for its scores.",
                $"批次 '{request.Batch}' 没有 ROUGE 分数，不能比较 '{scoreless.Name}'：请用 --reference-column 提交，或等待评分。");
        }

        var signature = metrics.Any(metric => metric.NeedsReference) ? Signatures.Choose(counts, recipes, request.Signature) : null;
        var differences = new LargestDifferences(request.Differences);
        var by = request.Differences == 0 ? null : DifferencesBy(request, metrics);
        var comparer = new Comparer(metrics, request.Slices, request.Categories ?? new Dictionary<string, string>(), differences, by);
        await foreach (var line in reader.LinesAsync(request.BatchId, recipes, signature, metrics.Any(metric => metric.NeedsTexts), cancellationToken))
        {
            comparer.Add(line with { Summaries = [line.Summaries[0], line.Summaries[^1]] });
        }

        var resamples = comparer.Resamples(request.MostDraws);
        return new Compared(comparer.Compare(request.Seed, resamples), request.A, request.B, signature, request.BatchId)
        {
            Resamples = resamples, DifferencesBy = by?.Name, Lower = differences.Lower, Higher = differences.Higher,
        };
    }

    private static Metric DifferencesBy(BatchComparisonRequest request, IReadOnlyList<Metric> metrics) => request.DifferencesBy is not { } name
        ? metrics[0]
        : metrics.FirstOrDefault(metric => metric.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ComparisonException(
                $"'{name}' is not compared here. Choose from {string.Join(", ", metrics.Select(metric => metric.Name))}.",
                $"此处不比较 '{name}'。可选：{string.Join("、", metrics.Select(metric => metric.Name))}。");

    private static void CheckRecipes(BatchComparisonRequest request, IReadOnlyList<string> there)
    {
        if (((string[])[request.A, request.B]).FirstOrDefault(recipe => !there.Contains(recipe)) is { } missing)
        {
            throw new ComparisonException(
                $"Batch '{request.Batch}' was not run with recipe '{missing}', but with {string.Join(", ", there)}.",
                $"批次 '{request.Batch}' 没有用配方 '{missing}' 处理，而是用 {string.Join("、", there)}。");
        }
    }

    private static void CheckSlices(BatchComparisonRequest request, bool hasReferences)
    {
        string[] known = [Slices.All, Slices.ShortReferences, Slices.Length, Slices.Category];
        if (request.Slices.FirstOrDefault(slice => !known.Contains(slice)) is { } unknown)
        {
            throw new ComparisonException($"Unknown slice '{unknown}'. Choose from {string.Join(", ", known)}.", $"未知的切片 '{unknown}'。可选：{string.Join("、", known)}。");
        }

        if (request.Slices.Contains(Slices.ShortReferences) && !hasReferences)
        {
            throw new ComparisonException("The slice 'short' goes by the length of the references, and this batch has none.", "切片 short 按参考摘要的长度划分，而此批次没有参考摘要。");
        }

        if (request.Slices.Contains(Slices.Category) != request.Categories is not null)
        {
            throw new ComparisonException("--slice category and --categories FILE belong together.", "--slice category 与 --categories FILE 须同时给出。");
        }
    }
}
