namespace Pipeline.TextMetrics.Clauses;

/// <summary>Marks the places inside quotations and brackets.</summary>
internal static class PairSeams
{
    private const string Openers = "（(《〈「『【[{〔“‘<";
    private const string Closers = "）)》〉」』】]}〕”’>";

    /// <summary>A pair further apart than this is not one quotation but a stray mark.</summary>
    private const int MaxSpan = 120;
    private const int MaxDepth = 8;

    /// <summary>Sets <c>glued[i]</c> for every place between an opening mark and its closing mark.</summary>
    public static void Mark(ReadOnlySpan<char> text, Span<bool> glued)
    {
        Span<int> open = stackalloc int[MaxDepth];
        var depth = 0;
        var straight = -1;
        for (var at = 0; at < text.Length; at++)
        {
            var c = text[at];
            if (c == '\n')
            {
                (depth, straight) = (0, -1);
            }
            else if (c == '"')
            {
                straight = TryClose(glued, straight, at) ? -1 : at;
            }
            else if (Openers.Contains(c) && IsOpener(text, at))
            {
                Push(open, ref depth, at);
            }
            else if (Closers.IndexOf(c) is var kind and >= 0)
            {
                Close(text, glued, open, ref depth, at, Openers[kind]);
            }
        }
    }

    // "<5%" is a comparison, "<春秋>" a title; an apostrophe is no quotation mark.
    private static bool IsOpener(ReadOnlySpan<char> text, int at) =>
        text[at] != '<' || (at + 1 < text.Length && Script.IsUnspaced(text[at + 1]));

    private static void Push(Span<int> open, ref int depth, int at)
    {
        if (depth == MaxDepth)
        {
            open[1..].CopyTo(open);
            depth--;
        }

        open[depth++] = at;
    }

    private static void Close(ReadOnlySpan<char> text, Span<bool> glued, Span<int> open, ref int depth, int at, char opener)
    {
        for (var i = depth - 1; i >= 0; i--)
        {
            if (text[open[i]] == opener)
            {
                TryClose(glued, open[i], at);
                depth = i;
                return;
            }
        }
    }

    private static bool TryClose(Span<bool> glued, int open, int close)
    {
        if (open < 0 || close - open > MaxSpan)
        {
            return false;
        }

        glued[(open + 1)..(close + 1)].Fill(true);
        return true;
    }
}
