using Pipeline.TextMetrics.Clauses;

namespace Pipeline.Inference.Extractive;

/// <summary>
/// Chooses whole clauses for a length budget: first the main event, a run of neighbours that leaves room for more; then greedily the
/// clause whose grams add most weight for its length, so that what is already said counts for nothing (submodular coverage, Lin and
/// Bilmes 2011). In a list, items that were not told yet come first.
/// </summary>
internal sealed class ClauseSelection
{
    private const double LengthOffset = 10;
    private const int MaxClauses = 256;

    /// <summary>Shorter clauses, and those of mere manners, say nothing without their neighbours.</summary>
    private const int MinLoneChars = 8;
    private const double MinLoneWeight = 0.5;

    private readonly SourceText _source;
    private readonly GramMap _grams;
    private readonly SummaryWeights _rule;
    private readonly bool[] _covered;
    private readonly bool[] _chosen;
    private readonly bool[] _toldItems;
    private readonly int[] _lengths;
    private readonly double[] _weights;

    /// <summary>Room for a joining mark, or the full stop; in spaced scripts a space follows.</summary>
    private readonly int _markChars;
    private readonly int _mainRoom;
    private int _left;

    /// <param name="source">The text.</param>
    /// <param name="grams">What counts.</param>
    /// <param name="rule">How much it counts.</param>
    /// <param name="room">Budget in code points.</param>
    /// <param name="mainRoom">What the clause chosen first may take when it stays alone.</param>
    public ClauseSelection(SourceText source, GramMap grams, SummaryWeights rule, int room, int mainRoom)
    {
        (_source, _grams, _rule, _left, _mainRoom) = (source, grams, rule, room, mainRoom);
        _markChars = source.IsSpaced ? 2 : 1;
        var count = Math.Min(source.Clauses.Count, MaxClauses);
        (_covered, _chosen, _lengths, _weights) = (new bool[grams.Count], new bool[count], new int[count], new double[count]);
        _toldItems = new bool[count == 0 ? 0 : source.Clauses[^1].Item + 1];
        var told = 0;
        for (var i = 0; i < count; i++)
        {
            var clause = source.Clauses[i];
            _lengths[i] = Script.Length(source.Span[clause.Start..clause.End]);

            _weights[i] = rule.Of(clause.Kind) * (Frames.IsDependent(source, clause) ? rule.Dependent : 1)
                * (1 + (rule.FirstClauseBonus / (1 + told))) * (source.IsList && clause.Item == 0 ? rule.BeforeList : 1);
            told += clause.Kind == ClauseKind.Frame ? 0 : 1;
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
        _toldItems[_source.Clauses[index].Item] = true;
        _left -= _lengths[index] + _markChars;
        Chars += _lengths[index] + _markChars;
        Cover(index);
    }

    private (int Start, int Count) BestRun()
    {
        var (best, bestScore) = ((0, 0), 0.0);
        var runRoom = _left * (_source.IsList ? _rule.RunShareInList : _rule.RunShare);
        for (var start = 0; start < _chosen.Length; start++)
        {
            var (chars, gain) = (0, 0.0);
            for (var end = start; end < _chosen.Length && IsSameSentence(start, end); end++)
            {
                chars += _lengths[end] + _markChars;
                if (chars > (end == start ? _mainRoom : runRoom) || _weights[end] == 0)
                {
                    break;
                }

                gain += Cover(end) * _weights[end] * (_source.Clauses[end].Kind == ClauseKind.Request ? _rule.RequestFirst : 1);
                var score = gain / Math.Pow(chars + LengthOffset, _rule.LengthPower) * DanglingWeight(end);
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
            if (_chosen[i] || _weights[i] == 0 || _lengths[i] + _markChars > _left)
            {
                continue;
            }

            var neighbour = HasNeighbour(i);
            if (!neighbour && (_lengths[i] < MinLoneChars || _weights[i] < MinLoneWeight))
            {
                continue;
            }

            var leadsOn = i + 1 < _chosen.Length && _chosen[i + 1];
            var score = Gain(i) * _weights[i] / Math.Pow(_lengths[i] + LengthOffset, _rule.LengthPower)
                * (IsToldItem(i) ? _rule.ToldItem : neighbour ? _rule.Neighbour : 1) * (leadsOn ? 1 : DanglingWeight(i));
            (best, bestScore) = score > bestScore ? (i, score) : (best, bestScore);
        }

        return best;
    }

    private double DanglingWeight(int index) =>
        Frames.IsDangling(_source.Span[_source.Clauses[index].Start.._source.Clauses[index].End]) ? _rule.Dangling : 1;

    private bool IsSameSentence(int a, int b) => _source.Clauses[a].Sentence == _source.Clauses[b].Sentence;

    /// <summary>In a list, whether a clause of the same item is already chosen.</summary>
    private bool IsToldItem(int index) => _source.IsList && _source.Clauses[index].Item > 0
        && _toldItems[_source.Clauses[index].Item];

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
