using Pipeline.Inference;
using Pipeline.TextMetrics.Rouge;
using Pipeline.TextMetrics.Statistics;
using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.Extractive;

/// <summary>Character ROUGE-L F x 100 of an engine, pair by pair.</summary>
internal sealed class Scores(double[] values)
{
    private static readonly RougeScorer _scorer = new(Tokenizers.Get("char"));

    public int Count => values.Length;

    public double Mean => values.Average();

    private double[] Values => values;

    public static async Task<Scores> OfAsync(ISummarizer engine, IReadOnlyList<Pair> pairs)
    {
        var values = new double[pairs.Count];
        await foreach (var outcome in engine.SummarizeAsync([.. pairs.Select(p => p.Text)], CancellationToken.None))
        {
            values[outcome.Index] = 100 * _scorer.Score(outcome.Value!.Text, pairs[outcome.Index].Reference).RougeL.F;
        }

        return new(values);
    }

    /// <summary>How much better these are than <paramref name="other"/>, paired, with a 95 % interval.</summary>
    public ConfidenceInterval Over(Scores other) => BootstrapInterval.OfMean([.. values.Zip(other.Values, (a, b) => a - b)])!.Value;

    public Scores Where(Func<int, bool> isTaken) => new([.. values.Where((_, i) => isTaken(i))]);
}
