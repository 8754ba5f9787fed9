using Pipeline.TextMetrics.Extractiveness;
using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.Scoring.Search;

/// <summary>
/// Which source a clause comes from, by the words they share: the part of the clause that stands in the source in runs of three tokens or more.
/// It needs no model, and a paraphrase has no source by it: better than one that is guessed.
/// </summary>
internal static class Citations
{
    private const string Marks = "。！？!?；;，,\n";
    private const int LeastRun = 3;
    private const double LeastShare = 0.5;
    private static readonly Tokenizer s_tokenizer = Tokenizers.Get("char");

    /// <summary>The clauses of an answer with their sources.</summary>
    public static IReadOnlyList<Statement> Find(string answer, IReadOnlyList<string> sources) =>
        [.. Clauses(answer).Select(clause => Of(clause, sources))];

    /// <summary>One clause, or a whole sentence, with its sources.</summary>
    public static Statement Of(string clause, IReadOnlyList<string> sources) => new(clause, SourcesOf(clause, sources));

    private static IReadOnlyList<int> SourcesOf(string clause, IReadOnlyList<string> sources) =>
        [.. sources.Select((source, place) => (Place: place + 1, Share: Share(clause, source)))
            .Where(source => source.Share >= LeastShare).OrderByDescending(source => source.Share).Select(source => source.Place)];

    private static double Share(string clause, string source)
    {
        var match = ExtractiveFragments.Find(clause, source, s_tokenizer);
        // A clause of one or two tokens is a run of its own.
        var run = Math.Min(LeastRun, match.SummaryTokens);
        return match.SummaryTokens == 0 ? 0 : (double)match.Fragments.Where(part => part.Length >= run).Sum(part => part.Length) / match.SummaryTokens;
    }

    private static IEnumerable<string> Clauses(string answer)
    {
        var start = 0;
        for (var i = 0; i < answer.Length; i++)
        {
            // A comma or point between digits belongs to a number.
            var isNumber = i > 0 && i + 1 < answer.Length && char.IsAsciiDigit(answer[i - 1]) && char.IsAsciiDigit(answer[i + 1]);
            if (Marks.Contains(answer[i], StringComparison.Ordinal) && !isNumber)
            {
                yield return answer[start..(i + 1)];
                start = i + 1;
            }
        }

        if (start < answer.Length)
        {
            yield return answer[start..];
        }
    }
}
