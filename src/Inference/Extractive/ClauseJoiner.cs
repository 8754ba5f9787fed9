using System.Text;
using Pipeline.TextMetrics.Clauses;

namespace Pipeline.Inference.Extractive;

/// <summary>Writes chosen clauses as one line: the source's own marks between neighbours, a comma or semicolon over a gap.</summary>
internal static class ClauseJoiner
{
    public static string Join(SourceText source, IReadOnlyList<int> chosen)
    {
        var line = new StringBuilder();
        var spaced = source.IsSpaced;
        for (var i = 0; i < chosen.Count; i++)
        {
            var clause = source.Clauses[chosen[i]];
            line.Append(source.Span[clause.Start..clause.End]);
            line.Append(i + 1 < chosen.Count ? MarkBetween(source, chosen[i], chosen[i + 1], spaced) : EndMark(clause.Mark, spaced));
            if (spaced && i + 1 < chosen.Count)
            {
                line.Append(' ');
            }
        }

        return ExtractiveOutcome.OneLine(line.ToString());
    }

    private static char MarkBetween(SourceText source, int index, int next, bool spaced)
    {
        var clause = source.Clauses[index];
        if (clause.Sentence != source.Clauses[next].Sentence)
        {
            return spaced ? ';' : '；';
        }

        return next == index + 1 && clause.Mark is ':' or '：' ? clause.Mark : spaced ? ',' : '，';
    }

    private static char EndMark(char mark, bool spaced) => mark switch
    {
        '?' or '？' or '!' or '！' => mark,
        _ => spaced ? '.' : '。',
    };
}
