using System.Buffers;
using Pipeline.TextMetrics.Clauses;

namespace Pipeline.Inference.Text;

/// <summary>The head of a text that fits a length, for texts without a usable clause.</summary>
internal static class SafeCut
{
    private const string DanglingMarks = " \t\r\n，,、：:；;。.-—";

    private static readonly SearchValues<char> _marks =
        SearchValues.Create(DanglingMarks + "！!？?（(《〈「『【[{〔“‘\"'<）)》〉」』】]}〕”’>");

    /// <summary>
    /// Cuts at the last safe place within <paramref name="maxChars"/> code points. When the text opens with a quotation that is too
    /// long as a whole, its opening mark is dropped; when it is one endless word, it is cut at a code point.
    /// </summary>
    public static string Head(ReadOnlySpan<char> text, int maxChars)
    {
        // Nothing behind this window can reach the head, and the loop below stays short on a text of marks alone.
        var window = text[..Math.Min(text.Length, (maxChars * 2) + 256)];
        for (var rest = window; !rest.IsEmpty; rest = rest[1..])
        {
            var hard = IndexOfChar(rest, maxChars);
            var head = rest[..LastSafe(rest, hard)].TrimEnd(DanglingMarks);
            if (head.ContainsAnyExcept(_marks))
            {
                return head.ToString();
            }

            if (!_marks.Contains(rest[0]))
            {
                return rest[..hard].ToString();
            }
        }

        return text[..IndexOfChar(text, maxChars)].ToString();
    }

    private static int LastSafe(ReadOnlySpan<char> text, int hard)
    {
        var glued = new bool[text.Length + 1];
        TokenSeams.Mark(text, glued);
        PairSeams.Mark(text, glued);
        var safe = hard;
        while (safe > 0 && glued[safe])
        {
            safe--;
        }

        return safe;
    }

    /// <summary>Index behind the first <paramref name="chars"/> code points.</summary>
    public static int IndexOfChar(ReadOnlySpan<char> text, int chars)
    {
        var at = 0;
        for (var taken = 0; taken < chars && at < text.Length; taken++)
        {
            at += char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? 2 : 1;
        }

        return at;
    }
}
