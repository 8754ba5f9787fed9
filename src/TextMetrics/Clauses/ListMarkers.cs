namespace Pipeline.TextMetrics.Clauses;

/// <summary>Markers at the start of a list item: "1.", "2）", "①", "三、", "一是", "第二，", "首先，", "First,".</summary>
internal static class ListMarkers
{
    private const string Numerals = "一二三四五六七八九十";
    private const string Circled = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳";
    private const string Marks = "、.．)）";

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _words =
        new HashSet<string>(["首先", "其次", "再次", "最后", "另外", "还有", "First", "Second", "Third", "Finally", "Also"])
            .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Length of the marker at the start of <paramref name="clause"/>, or 0.</summary>
    public static int Length(ReadOnlySpan<char> clause)
    {
        if (clause.Length < 2)
        {
            return 0;
        }

        if (Circled.Contains(clause[0]))
        {
            return 1;
        }

        var digits = 0;
        while (digits < clause.Length && digits < 3 && (char.IsAsciiDigit(clause[digits]) || Numerals.Contains(clause[digits])))
        {
            digits++;
        }

        if (digits is 0 or 3 || digits >= clause.Length)
        {
            return 0;
        }

        return Marks.Contains(clause[digits]) || (digits == 1 && clause[1] == '是' && Numerals.Contains(clause[0])) ? digits + 1 : 0;
    }

    /// <summary>Whether the clause is a marker and nothing else, closed by <paramref name="mark"/>.</summary>
    public static bool IsWhole(ReadOnlySpan<char> clause, char mark)
    {
        if (mark is '，' or ',' or '：' or ':')
        {
            return (clause.Length == 2 && clause[0] == '第' && Numerals.Contains(clause[1])) || _words.Contains(clause);
        }

        return mark is '.' or '．' or '、' && clause.Length <= 2 && !clause.ContainsAnyExceptInRange('0', '9');
    }
}
