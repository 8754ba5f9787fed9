using System.Numerics.Tensors;
using Pipeline.Storage.Embedders;
using Pipeline.TextMetrics.Retrieval;
using Pipeline.TextMetrics.Statistics;

namespace Pipeline.Cli.Embedders;

/// <summary>Two embedders on the same texts.</summary>
/// <param name="A">First embedder.</param>
/// <param name="B">Second embedder.</param>
/// <param name="Retrieval">How well each finds what it should find.</param>
/// <param name="Drift">Cosines of texts and summaries, recipe by recipe.</param>
/// <param name="Missing">Texts that one of them can't embed; left out for both.</param>
internal sealed record EmbedderComparison(
    string A, string B, IReadOnlyList<RetrievalRow> Retrieval, IReadOnlyList<DriftRow> Drift, int Missing)
{
    /// <summary>Compares. Every text of the tasks and the sample has been loaded by both sources.</summary>
    public static EmbedderComparison Of(
        VectorSource a, VectorSource b, IReadOnlyList<RetrievalTask> tasks, IReadOnlyList<SampledText> sample, IReadOnlyList<int> ks)
    {
        bool IsMissing(string text) => a.IsMissing(text) || b.IsMissing(text);
        var rows = new List<RetrievalRow>();
        foreach (var task in tasks.Select(task => task.Without(IsMissing)).Where(task => task.Queries.Count > 0))
        {
            var (ofA, ofB) = (Ranks(task, a), Ranks(task, b));
            rows.Add(Row(task, "mrr", ofA, ofB, ranks => ranks.ReciprocalRank));
            rows.AddRange(ks.Select(k => Row(task, FormattableString.Invariant($"recall@{k}"), ofA, ofB, ranks => ranks.Recall(k))));
        }

        var adjusted = HolmCorrection.Adjust([.. rows.Select(row => row.Result.P)]);
        return new EmbedderComparison(
            a.Name, b.Name, [.. rows.Zip(adjusted, (row, p) => row with { HolmP = p })],
            [
                .. from pair in sample.SelectMany(text => text.Summaries.Select(summary => (text.Text, summary)))
                   where !IsMissing(pair.Text) && !IsMissing(pair.summary.Text)
                   group pair by pair.summary.Recipe into recipe
                   orderby recipe.Key
                   from source in (VectorSource[])[a, b]
                   select DriftRow.Of(
                       recipe.Key, source.Name, [.. recipe.Select(pair => (double)TensorPrimitives.Dot(source[pair.Text], source[pair.summary.Text]))]),
            ],
            tasks.SelectMany(task => task.Texts.Select(text => text.Text).Concat(task.Queries.Select(query => query.Query)))
                .Concat(sample.SelectMany(text => text.Summaries.Select(summary => summary.Text))).Distinct(StringComparer.Ordinal).Count(IsMissing));
    }

    // Exact: every query against every text.
    private static RetrievalRanks[] Ranks(RetrievalTask task, VectorSource source)
    {
        float[][] texts = [.. task.Texts.Select(text => source[text.Text])];
        var ranks = new RetrievalRanks[task.Queries.Count];
        Parallel.For(0, ranks.Length, query =>
        {
            var vector = source[task.Queries[query].Query];
            var similarities = new float[texts.Length];
            for (var i = 0; i < texts.Length; i++)
            {
                similarities[i] = TensorPrimitives.Dot(vector, texts[i]);
            }

            ranks[query] = RetrievalRanks.Of(similarities, task.Queries[query].Relevant);
        });
        return ranks;
    }

    private static RetrievalRow Row(
        RetrievalTask task, string measure, RetrievalRanks[] a, RetrievalRanks[] b, Func<RetrievalRanks, double> value)
    {
        var (ofA, ofB) = (Array.ConvertAll(a, ranks => value(ranks)), Array.ConvertAll(b, ranks => value(ranks)));
        return new RetrievalRow(
            task.Name, measure, task.Texts.Count, BootstrapInterval.OfMean(ofA) ?? default, BootstrapInterval.OfMean(ofB) ?? default, PairedTest.Compare(ofA, ofB), HolmP: 1);
    }
}
