using Npgsql;
using Pipeline.Ingest.Sources;
using Pipeline.Storage;
using Pipeline.Storage.Comparisons;
using Pipeline.Storage.Reports;

namespace Pipeline.Cli.Comparison;

/// <summary>Compares two recipes of a batch.</summary>
internal sealed class BatchComparison(NpgsqlDataSource dataSource)
{
    /// <summary>Reads the scores and compares them.</summary>
    /// <exception cref="UsageException">A recipe, metric or slice does not suit the batch; the message says what would.</exception>
    public async Task<Compared> RunAsync(BatchComparisonRequest request, CancellationToken cancellationToken)
    {
        var reports = new BatchReports(dataSource);
        var reader = new ComparisonReader(dataSource);
        var batch = await reports.FindAsync(request.Batch, cancellationToken);
        CheckRecipes(batch.Name, [.. (await reports.ProgressAsync(batch.Id, newest: 0, cancellationToken)).Select(row => row.Recipe)], [request.A, request.B]);
        // A recipe with itself is a comparison like any other: no difference, p = 1.
        string[] recipes = [.. ((string[])[request.A, request.B]).Distinct()];
        var counts = await reader.SignaturesAsync(batch.Id, recipes, cancellationToken);
        var metrics = Metric.Choose(request.Metrics, hasReferences: counts.Count > 0);
        CheckSlices(request, counts.Count > 0);
        if (counts.Count == 0 && metrics.FirstOrDefault(metric => metric.NeedsReference) is { } scoreless)
        {
            throw new UsageException(Say(
                $"Batch '{batch.Name}' has no ROUGE scores, so '{scoreless.Name}' can't be compared: submit it with --reference-column, or wait for its scores.",
                $"批次 '{batch.Name}' 没有 ROUGE 分数，不能比较 '{scoreless.Name}'：请用 --reference-column 提交，或等待评分。"));
        }

        var signature = metrics.Any(metric => metric.NeedsReference) ? Signatures.Choose(counts, recipes, request.Signature) : null;
        var comparer = new Comparer(metrics, request.Slices, await CategoriesAsync(request, cancellationToken), request.Seed);
        await foreach (var line in reader.LinesAsync(batch.Id, recipes, signature, metrics.Any(metric => metric.NeedsTexts), cancellationToken))
        {
            comparer.Add(line with { Summaries = [line.Summaries[0], line.Summaries[^1]] });
        }

        var rows = comparer.Compare();
        return rows.Count > 0
            ? new Compared(rows, request.A, request.B, signature, batch.Id)
            : throw new PipelineStorageException(Say(
                $"Nothing of batch '{batch.Name}' has these scores under both recipes yet; './pipeline status' shows how far it is.",
                $"批次 '{batch.Name}' 中还没有在两个配方下都有这些分数的文档；'./pipeline status' 可看进度。"));
    }

    /// <summary>Refuses recipes that a batch was not run with.</summary>
    public static void CheckRecipes(string batch, IReadOnlyList<string> there, IReadOnlyList<string> wanted)
    {
        if (wanted.FirstOrDefault(recipe => !there.Contains(recipe)) is { } missing)
        {
            throw new UsageException(Say(
                $"Batch '{batch}' was not run with recipe '{missing}', but with {string.Join(", ", there)}.",
                $"批次 '{batch}' 没有用配方 '{missing}' 处理，而是用 {string.Join("、", there)}。"));
        }
    }

    private static void CheckSlices(BatchComparisonRequest request, bool hasReferences)
    {
        string[] known = [Slices.All, Slices.Short, Slices.Length, Slices.Category];
        if (request.Slices.FirstOrDefault(slice => !known.Contains(slice)) is { } unknown)
        {
            throw new UsageException(Say($"Unknown slice '{unknown}'. Choose from {string.Join(", ", known)}.", $"未知的切片 '{unknown}'。可选：{string.Join("、", known)}。"));
        }

        if (request.Slices.Contains(Slices.Short) && !hasReferences)
        {
            throw new UsageException(Say("--slice short goes by the length of the references, and this batch has none.", "--slice short 按参考摘要的长度划分，而此批次没有参考摘要。"));
        }

        if (request.Slices.Contains(Slices.Category) != request.CategoryFile is not null)
        {
            throw new UsageException(Say("--slice category and --categories FILE belong together.", "--slice category 与 --categories FILE 须同时给出。"));
        }
    }

    private static async Task<IReadOnlyDictionary<string, string>> CategoriesAsync(BatchComparisonRequest request, CancellationToken cancellationToken)
    {
        var categories = new Dictionary<string, string>();
        if (request.CategoryFile is { } file)
        {
            foreach (var row in (await CsvTable.ReadAsync(file, ["id", request.CategoryColumn], cancellationToken)).Rows)
            {
                categories[row.Values[0].Trim()] = row.Values[1].Trim();
            }
        }

        return categories;
    }
}
