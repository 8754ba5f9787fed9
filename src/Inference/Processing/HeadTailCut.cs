using System.Globalization;
using Pipeline.Inference.Tokenization;
using Pipeline.TextMetrics.Clauses;

namespace Pipeline.Inference.Processing;

/// <summary>
/// Shortens a text to a number of tokens by leaving out its middle: tickets tell what happened first and what is wanted last. The cut
/// falls between characters as a reader sees them and, within a short distance, not inside a number, a word or an identifier.
/// </summary>
internal static class HeadTailCut
{
    /// <summary>Stands where the middle was.</summary>
    public const string Gap = "…";

    private const int MaxRetreat = 32;

    /// <summary>Cuts.</summary>
    /// <param name="text">The text.</param>
    /// <param name="tokens">Its tokens in order; several may share a span.</param>
    /// <param name="budget">Highest number of tokens to keep, the gap not counted.</param>
    /// <param name="headShare">Share of the budget that the head gets, in 0..1; the tail gets the rest.</param>
    public static TextCut Cut(string text, IReadOnlyList<TextSpan> tokens, int budget, double headShare)
    {
        if (tokens.Count <= budget)
        {
            return new(text, tokens.Count, tokens.Count);
        }

        budget = Math.Max(budget, 0);
        var head = (int)Math.Round(budget * headShare);
        var end = head == 0 ? 0 : Retreat(text, head == tokens.Count ? text.Length : tokens[head].Start);
        var tail = budget - head;
        var start = tail == 0 ? text.Length : Advance(text, tokens[^(tail + 1)].End, end);
        var read = tokens.Count(token => token.End <= end || token.Start >= start);
        return new(text[..end].TrimEnd() + Gap + text[start..].TrimStart(), read, tokens.Count);
    }

    /// <summary>The nearest place at or before <paramref name="at"/> that splits nothing.</summary>
    private static int Retreat(string text, int at)
    {
        var from = Math.Max(0, at - (2 * MaxRetreat));
        var (glued, starts) = Seams(text, from, Math.Min(text.Length, at + MaxRetreat));
        for (var place = at; place > Math.Max(from, at - MaxRetreat); place--)
        {
            if (!glued[place - from] && starts[place - from])
            {
                return place;
            }
        }

        return LastCharacter(starts, at - from) + from;
    }

    /// <summary>The nearest place at or behind <paramref name="at"/> that splits nothing.</summary>
    private static int Advance(string text, int at, int atLeast)
    {
        var from = Math.Max(0, at - (2 * MaxRetreat));
        var until = Math.Min(text.Length, at + (2 * MaxRetreat));
        var (glued, starts) = Seams(text, from, until);
        var character = -1;
        for (var place = Math.Max(at, atLeast); place < Math.Min(until, at + MaxRetreat); place++)
        {
            if (starts[place - from])
            {
                character = character < 0 ? place : character;
                if (!glued[place - from])
                {
                    return place;
                }
            }
        }

        return character < 0 ? text.Length : character;
    }

    private static int LastCharacter(bool[] starts, int at)
    {
        while (at > 0 && !starts[at])
        {
            at--;
        }

        return at;
    }

    /// <summary>For each place of the window: whether a cut there splits a unit, and whether a character begins there.</summary>
    private static (bool[] Glued, bool[] Starts) Seams(string text, int from, int until)
    {
        var window = text.AsSpan(from, until - from);
        var glued = new bool[window.Length + 1];
        TokenSeams.Mark(window, glued);
        var starts = new bool[window.Length + 1];
        starts[^1] = true;
        for (var at = 0; at < window.Length; at += StringInfo.GetNextTextElementLength(window[at..]))
        {
            starts[at] = true;
        }

        return (glued, starts);
    }
}
