using System.Runtime.InteropServices;
using Pipeline.TextMetrics.Rouge;
using Pipeline.TextMetrics.Statistics;

namespace Pipeline.Cli.Evaluation;

/// <summary>The F of every pair, which the intervals need: 32 bytes a pair are all that grows with the input.</summary>
internal sealed class EvaluationTotals
{
    private readonly List<double> _rouge1 = [];
    private readonly List<double> _rouge2 = [];
    private readonly List<double> _rougeL = [];
    private readonly List<double> _rougeLsum = [];

    public int Pairs => _rouge1.Count;

    public int Skipped { get; private set; }

    /// <summary>Pairs whose candidate or reference has no tokens and whose zeros therefore say nothing.</summary>
    public int WithoutTokens { get; private set; }

    public void Add(in RougeScores scores)
    {
        _rouge1.Add(scores.Rouge1.F);
        _rouge2.Add(scores.Rouge2.F);
        _rougeL.Add(scores.RougeL.F);
        _rougeLsum.Add(scores.RougeLsum.F);
        WithoutTokens += scores.HasNoTokens ? 1 : 0;
    }

    public void Skip() => Skipped++;

    /// <summary>Mean F and its 95 % interval by name, in 0..1; empty when nothing was scored.</summary>
    public IReadOnlyList<(string Name, ConfidenceInterval F)> Intervals()
    {
        var intervals = new List<(string, ConfidenceInterval)>();
        foreach (var (name, values) in new[]
        {
            ("rouge1", _rouge1), ("rouge2", _rouge2), ("rougeL", _rougeL), ("rougeLsum", _rougeLsum),
        })
        {
            if (BootstrapInterval.OfMean(CollectionsMarshal.AsSpan(values)) is { } interval)
            {
                intervals.Add((name, interval));
            }
        }

        return intervals;
    }
}
