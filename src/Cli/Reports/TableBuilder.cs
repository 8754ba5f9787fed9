using Npgsql;
using Pipeline.Scoring.Comparison;
using Pipeline.Storage;
using Pipeline.Storage.Comparisons;
using Pipeline.Storage.Reports;
using Pipeline.TextMetrics.Statistics;

namespace Pipeline.Cli.Reports;

/// <summary>Makes the table of a batch.</summary>
internal sealed class TableBuilder(NpgsqlDataSource dataSource)
{
    private static readonly string[] s_metrics = ["rouge1", "rouge2", "rougeL", "seconds", "compression", "information"];

    /// <summary>Reads the scores of a batch and sums them up.</summary>
    /// <param name="batchName">Id or name of the batch.</param>
    /// <param name="wanted">Recipes in the order of the rows; none means all of the batch.</param>
    /// <param name="slices">Slices beside <see cref="Slices.All"/>.</param>
    /// <param name="wantedSignature">ROUGE signature, when there are several.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ComparisonException">A recipe or signature does not suit the batch; the message says what would.</exception>
    public async Task<BatchTable> BuildAsync(
        string batchName, IReadOnlyList<string> wanted, IReadOnlyCollection<string> slices, string? wantedSignature, CancellationToken cancellationToken)
    {
        var reports = new BatchReports(dataSource);
        var reader = new ComparisonReader(dataSource);
        var batch = await reports.FindAsync(batchName, cancellationToken);
        var progress = await reports.ProgressAsync(batch.Id, newest: 0, cancellationToken);
        string[] there = [.. progress.Select(row => row.Recipe)];
        BatchComparison.CheckRecipes(batch.Name, there, wanted);
        string[] recipes = [.. (wanted.Count > 0 ? wanted : there).Distinct()];
        var signature = Signatures.Choose(await reader.SignaturesAsync(batch.Id, recipes, cancellationToken), recipes, wantedSignature);
        var metrics = Metric.Choose(s_metrics, hasReferences: true);
        var scores = new SortedDictionary<(int Order, string Slice, int Recipe), Scores>();
        await foreach (var line in reader.LinesAsync(batch.Id, recipes, signature, withTexts: true, cancellationToken))
        {
            Add(scores, line, metrics, [.. Slices.Of(slices, line, new Dictionary<string, string>())]);
        }

        return scores.Count > 0
            ? new BatchTable(
                batch.Id, batch.Name, signature,
                [.. progress.Where(row => recipes.Contains(row.Recipe) && row.Summarized < row.Accepted).Select(row => row.Recipe)],
                [.. scores.Select(entry => entry.Value.Row(entry.Key.Slice, recipes[entry.Key.Recipe]))])
            : throw new PipelineStorageException(Say(
                $"No document of batch '{batch.Name}' has a summary by each of these recipes yet; './pipeline status' shows how far it is.",
                $"批次 '{batch.Name}' 中还没有每个配方都处理过的文档；'./pipeline status' 可看进度。"));
    }

    private static void Add(
        SortedDictionary<(int Order, string Slice, int Recipe), Scores> scores, ComparableLine line, IReadOnlyList<Metric> metrics, string[] slices)
    {
        for (var recipe = 0; recipe < line.Summaries.Count; recipe++)
        {
            double?[] values = [.. metrics.Select(metric => metric.Value(line, line.Summaries[recipe]))];
            foreach (var slice in slices)
            {
                var key = (slice == Slices.All ? 0 : slice == Slices.ShortReferences ? 1 : 2, slice, recipe);
                if (!scores.TryGetValue(key, out var sums))
                {
                    scores[key] = sums = new Scores(metrics.Count);
                }

                sums.Add(values);
            }
        }
    }

    private sealed class Scores(int metrics)
    {
        private readonly List<double>[] _values = [.. Enumerable.Range(0, metrics).Select(_ => new List<double>())];
        private int _documents;

        public void Add(double?[] values)
        {
            _documents++;
            for (var i = 0; i < values.Length; i++)
            {
                if (values[i] is { } value)
                {
                    _values[i].Add(value);
                }
            }
        }

        public TableRow Row(string slice, string recipe) => new(
            slice, recipe, _documents, _values[2].Count, BootstrapInterval.OfMean(_values[0].ToArray()), BootstrapInterval.OfMean(_values[1].ToArray()),
            BootstrapInterval.OfMean(_values[2].ToArray()), Mean(_values[3]), Mean(_values[4]), Mean(_values[5]));

        private static double? Mean(List<double> values) => values.Count > 0 ? values.Average() : null;
    }
}
