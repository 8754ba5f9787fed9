using Pipeline.Inference.Text;

namespace Pipeline.Inference.Extractive;

/// <summary>
/// Chooses whole clauses for a length budget: greedily the one whose grams add most weight for its length, so that what is already
/// said counts for nothing (submodular coverage, Lin and Bilmes 2011).
/// </summary>
internal sealed class ClauseSelection(SourceText source, GramMap grams, int maxChars)
{
    private const double LengthOffset = 6;
    private const double LengthPower = 0.85;
    private const double NeighbourBonus = 1.25;
    private const double FirstClauseBonus = 0.5;
    private const int MaxClauses = 256;
    private const int MinClauseChars = 4;

    /// <summary>A joining mark, or the full stop.</summary>
    private const int MarkChars = 1;

    private readonly bool[] _covered = new bool[grams.Count];
    private readonly bool[] _chosen = new bool[Math.Min(source.Clauses.Count, MaxClauses)];
    private int _left = maxChars;

    /// <summary>Clause numbers in source order; empty when no clause fits.</summary>
    public IReadOnlyList<int> Choose()
    {
        var lengths = new int[_chosen.Length];
        var weights = new double[_chosen.Length];
        for (var i = 0; i < _chosen.Length; i++)
        {
            var clause = source.Span[source.Clauses[i].Start..source.Clauses[i].End];
            lengths[i] = Script.Length(clause);
            weights[i] = Frames.ClauseWeight(clause) * (1 + (FirstClauseBonus / (1 + i)));
        }

        while (Next(lengths, weights) is >= 0 and var next)
        {
            _chosen[next] = true;
            _left -= lengths[next] + MarkChars;
            Gain(next, take: true);
        }

        return [.. Enumerable.Range(0, _chosen.Length).Where(i => _chosen[i])];
    }

    private int Next(int[] lengths, double[] weights)
    {
        var (best, bestScore) = (-1, 0.0);
        for (var i = 0; i < _chosen.Length; i++)
        {
            if (_chosen[i] || lengths[i] < MinClauseChars || lengths[i] + MarkChars > _left)
            {
                continue;
            }

            var score = Gain(i, take: false) * weights[i] / Math.Pow(lengths[i] + LengthOffset, LengthPower) * (HasNeighbour(i) ? NeighbourBonus : 1);
            (best, bestScore) = score > bestScore ? (i, score) : (best, bestScore);
        }

        return best;
    }

    private bool HasNeighbour(int index)
    {
        var sentence = source.Clauses[index].Sentence;
        return (index > 0 && _chosen[index - 1] && source.Clauses[index - 1].Sentence == sentence)
            || (index + 1 < _chosen.Length && _chosen[index + 1] && source.Clauses[index + 1].Sentence == sentence);
    }

    // A gram said twice in one clause counts twice when merely weighed; clauses are short enough for that not to matter.
    private double Gain(int index, bool take)
    {
        var clause = source.Clauses[index];
        var gain = 0.0;
        for (var end = clause.Start + 1; end <= clause.End; end++)
        {
            if (grams.EndingAt(end, clause.Start) is >= 0 and var id && !_covered[id])
            {
                gain += grams.Weight(id);
                _covered[id] |= take;
            }
        }

        return gain;
    }
}
