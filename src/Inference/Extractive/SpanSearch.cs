using Pipeline.TextMetrics.Clauses;

namespace Pipeline.Inference.Extractive;

/// <summary>
/// Finds the contiguous part of a sentence that says most about the text for its length: the weight of the distinct grams it covers
/// over a power of its length. It starts where a clause starts, or behind the clause's openers, and ends at a safe cut.
/// </summary>
/// <param name="source">Where to look.</param>
/// <param name="grams">What counts.</param>
/// <param name="rule">How much it counts.</param>
/// <param name="maxChars">Upper limit in code points.</param>
/// <param name="lengthPower">Below 1: at 1 the shortest part wins, at 0 the longest.</param>
internal sealed class SpanSearch(SourceText source, GramMap grams, TitleWeights rule, int maxChars, double lengthPower)
{
    private const double LengthOffset = 10;
    private const int MaxClauses = 64;
    private const int MaxOpeners = 4;
    private const int MinCutChars = 8;

    /// <summary>The same in a script with spaces, where a word takes more characters.</summary>
    private const int MinCutCharsSpaced = 16;
    private const string Particles = "的了和与及或在对为以从将把被由并而且其该这也都就很更最等于至是使用中上下后时有不";

    private readonly int[] _seenBy = new int[grams.Count];
    private int _starts;
    private Candidate? _best;

    /// <summary>The best part of at most <c>maxChars</c> code points; null when no safe cut leaves anything.</summary>
    public Candidate? Best()
    {
        Span<int> starts = stackalloc int[MaxOpeners + 1];
        var told = 0;
        for (var index = 0; index < Math.Min(source.Clauses.Count, MaxClauses); index++)
        {
            var clause = source.Clauses[index];
            var count = StartsOf(clause, starts);
            var weight = 1 + (rule.FirstClauseBonus / (1 + told));
            told += clause.Kind == ClauseKind.Frame ? 0 : 1;
            for (var i = 0; i < count; i++)
            {
                if (source.IsSafeCut(starts[i]))
                {
                    Extend(index, starts[i], weight * Math.Pow(rule.KeptOpener, count - 1 - i));
                }
            }
        }

        return _best;
    }

    private int StartsOf(Clause clause, Span<int> starts)
    {
        starts[0] = clause.Start;
        var count = 1;
        while (count < starts.Length)
        {
            var from = starts[count - 1];
            var opener = Frames.OpenerLength(source.Span[from..clause.End]);
            var next = from + opener;
            if (opener == 0 || next >= clause.End || (opener == 1 && grams.JoinsAcross(next, clause.End))
                || (IsTime(source.Span[from..next]) && IsNumber(source.Span[next])))
            {
                break;
            }

            starts[count++] = next;
        }

        return count;
    }

    // "从4月开始", "最近两周": without the opener the rest says something else.
    private static bool IsTime(ReadOnlySpan<char> opener) => opener is "从" or "最近";

    private static bool IsNumber(char c) => char.IsAsciiDigit(c) || NumberWords.IsNumeral(c);

    /// <summary>Tries every end in the clause at <paramref name="index"/>, then the ends of the clauses behind it in its sentence.</summary>
    private void Extend(int index, int start, double weight)
    {
        var text = source.Span;
        var (covered, chars, at) = (0.0, 0, start);
        var stamp = ++_starts;
        for (var current = index; current < source.Clauses.Count; current++)
        {
            var clause = source.Clauses[current];
            if (clause.Sentence != source.Clauses[index].Sentence || (current > index && clause.Kind == ClauseKind.Frame))
            {
                return;
            }

            var kind = rule.Of(clause.Kind) * (Frames.IsDependent(source, clause) ? rule.Dependent : 1);
            for (; at < clause.End;)
            {
                at += char.IsHighSurrogate(text[at]) && at + 1 < clause.End ? 2 : 1;
                if (++chars > maxChars)
                {
                    return;
                }

                if (grams.EndingAt(at, start) is >= 0 and var id && _seenBy[id] != stamp)
                {
                    _seenBy[id] = stamp;
                    covered += grams.Weight(id) * kind;
                }

                var isWhole = at == clause.End;
                if (isWhole || (current == index && IsCut(at, chars) && !Frames.EndsInParticle(text[start..at])))
                {
                    var score = covered / Math.Pow(chars + LengthOffset, lengthPower) * weight * (isWhole ? 1 : CutWeight(at));
                    score *= Frames.IsDangling(text[start..at].TrimEnd()) ? rule.Dangling : 1;
                    Keep(new(start, at, score, isWhole));
                }
            }
        }
    }

    private bool IsCut(int at, int chars)
    {
        var last = source.Span[at - 1];
        return source.IsSafeCut(at) && last != ' ' && chars >= (char.IsAsciiLetter(last) ? MinCutCharsSpaced : MinCutChars);
    }

    private double CutWeight(int at)
    {
        var text = source.Span;
        return rule.CutClause * (Particles.Contains(text[at - 1]) ? rule.CutBehindParticle
            : Particles.Contains(text[at]) ? rule.CutBeforeParticle
            : grams.JoinsAcross(at, text.Length) ? rule.CutInWord
            : 1);
    }

    private void Keep(Candidate candidate)
    {
        if (_best is not { } best || candidate.Score > best.Score)
        {
            _best = candidate;
        }
    }
}
