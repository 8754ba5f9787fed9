using Pipeline.Storage.Comparisons;
using Pipeline.TextMetrics.Statistics;

namespace Pipeline.Scoring.Comparison;

/// <summary>Compares two recipes on the documents of a batch, metric by metric and slice by slice.</summary>
internal sealed class Comparer(
    IReadOnlyList<Metric> metrics, IReadOnlyCollection<string> slices, IReadOnlyDictionary<string, string> categories, LargestDifferences differences,
    Metric? differencesBy)
{
    private const int FewestResamples = 1000;
    private readonly SortedDictionary<(int Order, string Slice, int Metric), (List<double> A, List<double> B)> _scores = [];

    /// <summary>Documents of the largest group.</summary>
    public int Documents => _scores.Count == 0 ? 0 : _scores.Values.Max(scores => scores.A.Count);

    /// <summary>Adds a document with the summaries of A and B. Where one of them lacks a number, that number is left out.</summary>
    public void Add(ComparableLine line)
    {
        string[] into = [.. Slices.Of(slices, line, categories)];
        for (var i = 0; i < metrics.Count; i++)
        {
            if (metrics[i].Value(line, line.Summaries[0]) is { } a && metrics[i].Value(line, line.Summaries[1]) is { } b)
            {
                foreach (var slice in into)
                {
                    var key = (slice == Slices.All ? 0 : 1, slice, i);
                    if (!_scores.TryGetValue(key, out var scores))
                    {
                        _scores[key] = scores = ([], []);
                    }

                    scores.A.Add(a);
                    scores.B.Add(b);
                }

                if (ReferenceEquals(metrics[i], differencesBy))
                {
                    differences.Add(new LineDifference(line.Line, line.Id, a, b));
                }
            }
        }
    }

    /// <summary>How many resamples a test of the largest group may take.</summary>
    public int Resamples(long mostDraws) => mostDraws == 0 || Documents == 0
        ? PairedTest.DefaultResamples
        : (int)Math.Clamp(mostDraws / Documents, FewestResamples, PairedTest.DefaultResamples);

    /// <summary>The comparison of everything added.</summary>
    public IReadOnlyList<ComparisonRow> Compare(int seed, int resamples) => ComparisonRow.Correct(
        [.. _scores.Select(entry => new ComparisonRow(
            entry.Key.Slice, metrics[entry.Key.Metric].Name, metrics[entry.Key.Metric].IsHigherBetter,
            PairedTest.Compare([.. entry.Value.A], [.. entry.Value.B], resamples: resamples, seed: seed), HolmP: 1))]);
}
