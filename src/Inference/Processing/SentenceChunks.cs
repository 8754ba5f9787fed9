using Pipeline.Inference.Tokenization;

namespace Pipeline.Inference.Processing;

/// <summary>
/// Divides a long text into consecutive pieces that a model can read, each ending where a sentence ends. A sentence that is too long
/// alone is divided at a token.
/// </summary>
internal static class SentenceChunks
{
    private const string Ends = "。！？!?；;…\n";

    /// <summary>The pieces in order; together they are the whole text but for white space at their ends.</summary>
    /// <param name="text">The text.</param>
    /// <param name="tokens">Its tokens in order.</param>
    /// <param name="budget">Highest number of tokens of a piece; at least 1.</param>
    public static IReadOnlyList<string> Split(string text, IReadOnlyList<TextSpan> tokens, int budget)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(budget);
        var pieces = new List<string>();
        var (start, first) = (0, 0);
        while (tokens.Count - first > budget)
        {
            // A character may be several tokens; a piece takes all of them or none.
            var limit = tokens[first + budget].Start;
            var end = LastSentenceEnd(text, start, limit);
            end = end > start ? end : limit > start ? limit : EndOfCharacter(tokens, first);
            Add(pieces, text, start, end);
            start = end;
            while (first < tokens.Count && tokens[first].Start < end)
            {
                first++;
            }
        }

        Add(pieces, text, start, text.Length);
        return pieces;
    }

    /// <summary>The first and the last pieces when there are more than <paramref name="most"/>.</summary>
    public static IReadOnlyList<string> KeepEnds(IReadOnlyList<string> pieces, int most, double headShare)
    {
        var head = (int)Math.Ceiling(most * headShare);
        return pieces.Count <= most ? pieces : [.. pieces.Take(head), .. pieces.Skip(pieces.Count - most + head)];
    }

    private static void Add(List<string> pieces, string text, int start, int end)
    {
        if (text[start..end].Trim() is { Length: > 0 } piece)
        {
            pieces.Add(piece);
        }
    }

    private static int LastSentenceEnd(string text, int start, int limit)
    {
        for (var end = limit; end > start; end--)
        {
            if (EndsSentence(text, end - 1))
            {
                return end;
            }
        }

        return start;
    }

    /// <summary>A full stop ends a sentence where white space follows: not in 3.5 and not in example.com.</summary>
    private static bool EndsSentence(string text, int at) => Ends.Contains(text[at])
        || (text[at] is '.' or '．' && (at + 1 == text.Length || char.IsWhiteSpace(text[at + 1])));

    /// <summary>For a character of more tokens than the budget.</summary>
    private static int EndOfCharacter(IReadOnlyList<TextSpan> tokens, int first) => tokens[first].End;
}
