using Pipeline.Inference.Text;

namespace Pipeline.Inference.Extractive;

/// <summary>
/// Chooses whole clauses for a length budget: first the best run of neighbours, then greedily the clause whose grams add most weight
/// for its length, so that what is already said counts for nothing (submodular coverage, Lin and Bilmes 2011).
/// </summary>
internal sealed class ClauseSelection
{
    private const double LengthOffset = 10;
    private const double LengthPower = 0.6;
    private const double NeighbourBonus = 1.25;
    private const double FirstClauseBonus = 0.3;
    private const double Dangling = 0.6;
    private const int MaxClauses = 256;

    /// <summary>Shorter clauses, and those of mere manners, say nothing without their neighbours.</summary>
    private const int MinLoneChars = 8;
    private const double MinLoneWeight = 0.5;

    private readonly SourceText _source;
    private readonly GramMap _grams;
    private readonly bool[] _covered;
    private readonly bool[] _chosen;
    private readonly int[] _lengths;
    private readonly double[] _weights;

    /// <summary>Room for a joining mark, or the full stop; in spaced scripts a space follows.</summary>
    private readonly int _markChars;
    private int _left;

    public ClauseSelection(SourceText source, GramMap grams, int maxChars)
    {
        (_source, _grams, _left) = (source, grams, maxChars);
        _markChars = source.IsSpaced ? 2 : 1;
        var count = Math.Min(source.Clauses.Count, MaxClauses);
        (_covered, _chosen, _lengths, _weights) = (new bool[grams.Count], new bool[count], new int[count], new double[count]);
        for (var i = 0; i < count; i++)
        {
            var clause = source.Span[source.Clauses[i].Start..source.Clauses[i].End];
            _lengths[i] = Script.Length(clause);
            _weights[i] = Frames.ClauseWeight(clause) * (1 + (FirstClauseBonus / (1 + i)));
        }
    }

    /// <summary>Code points of the chosen clauses with their marks.</summary>
    public int Chars { get; private set; }

    /// <summary>Clause numbers in source order; empty when no clause fits.</summary>
    public IReadOnlyList<int> Choose()
    {
        var (start, count) = BestRun();
        for (var i = start; i < start + count; i++)
        {
            Take(i);
        }

        while (count > 0 && Next() is >= 0 and var next)
        {
            Take(next);
        }

        return [.. Enumerable.Range(0, _chosen.Length).Where(i => _chosen[i])];
    }

    private void Take(int index)
    {
        _chosen[index] = true;
        _left -= _lengths[index] + _markChars;
        Chars += _lengths[index] + _markChars;
        Cover(index);
    }

    private (int Start, int Count) BestRun()
    {
        var (best, bestScore) = ((0, 0), 0.0);
        for (var start = 0; start < _chosen.Length; start++)
        {
            var (chars, gain) = (0, 0.0);
            for (var end = start; end < _chosen.Length && IsSameSentence(start, end); end++)
            {
                chars += _lengths[end] + _markChars;
                if (chars > _left)
                {
                    break;
                }

                gain += Cover(end) * _weights[end];
                var score = gain / Math.Pow(chars + LengthOffset, LengthPower) * DanglingWeight(end);
                (best, bestScore) = score > bestScore ? ((start, end - start + 1), score) : (best, bestScore);
            }

            Array.Clear(_covered);
        }

        return best;
    }

    private int Next()
    {
        var (best, bestScore) = (-1, 0.0);
        for (var i = 0; i < _chosen.Length; i++)
        {
            if (_chosen[i] || _lengths[i] + _markChars > _left)
            {
                continue;
            }

            var neighbour = HasNeighbour(i);
            if (!neighbour && (_lengths[i] < MinLoneChars || _weights[i] < MinLoneWeight))
            {
                continue;
            }

            var leadsOn = i + 1 < _chosen.Length && _chosen[i + 1];
            var score = Gain(i) * _weights[i] / Math.Pow(_lengths[i] + LengthOffset, LengthPower)
                * (neighbour ? NeighbourBonus : 1) * (leadsOn ? 1 : DanglingWeight(i));
            (best, bestScore) = score > bestScore ? (i, score) : (best, bestScore);
        }

        return best;
    }

    private double DanglingWeight(int index) =>
        Frames.IsDangling(_source.Span[_source.Clauses[index].Start.._source.Clauses[index].End]) ? Dangling : 1;

    private bool IsSameSentence(int a, int b) => _source.Clauses[a].Sentence == _source.Clauses[b].Sentence;

    private bool HasNeighbour(int index) => (index > 0 && _chosen[index - 1] && IsSameSentence(index, index - 1))
        || (index + 1 < _chosen.Length && _chosen[index + 1] && IsSameSentence(index, index + 1));

    // A gram said twice in one clause is weighed twice here; clauses are short enough for that not to matter.
    private double Gain(int index)
    {
        var clause = _source.Clauses[index];
        var gain = 0.0;
        for (var end = clause.Start + 1; end <= clause.End; end++)
        {
            gain += _grams.EndingAt(end, clause.Start) is >= 0 and var id && !_covered[id] ? _grams.Weight(id) : 0;
        }

        return gain;
    }

    private double Cover(int index)
    {
        var clause = _source.Clauses[index];
        var gain = 0.0;
        for (var end = clause.Start + 1; end <= clause.End; end++)
        {
            if (_grams.EndingAt(end, clause.Start) is >= 0 and var id && !_covered[id])
            {
                gain += _grams.Weight(id);
                _covered[id] = true;
            }
        }

        return gain;
    }
}
