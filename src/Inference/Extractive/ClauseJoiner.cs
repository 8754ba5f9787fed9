using System.Text;
using Pipeline.Inference.Text;

namespace Pipeline.Inference.Extractive;

/// <summary>Writes chosen clauses as one line: the source's own marks between neighbours, a comma or semicolon over a gap.</summary>
internal static class ClauseJoiner
{
    public static string Join(SourceText source, IReadOnlyList<int> chosen)
    {
        var line = new StringBuilder();
        var spaced = IsSpaced(source, chosen);
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

    /// <summary>Whether the clauses are mostly in a script with spaces, which also decides for its punctuation.</summary>
    private static bool IsSpaced(SourceText source, IReadOnlyList<int> chosen)
    {
        var unspaced = 0;
        var length = 0;
        foreach (var index in chosen)
        {
            var clause = source.Span[source.Clauses[index].Start..source.Clauses[index].End];
            length += clause.Length;
            foreach (var c in clause)
            {
                unspaced += Script.IsUnspaced(c) ? 1 : 0;
            }
        }

        return unspaced * 10 < length;
    }
}
