using System.Text.RegularExpressions;
using Pipeline.TextMetrics.Clauses;

namespace Pipeline.TextMetrics.FailureClasses;

/// <summary>
/// Whether a summary tells each of several events. The events are the items of a list in any of the usual forms; an event is told when the
/// summary has enough of what it alone has.
/// </summary>
internal static partial class EventCoverage
{
    private const int MaxItems = 12;
    private const int MinItemLength = 6;

    /// <summary>Grams of the item alone that the summary must share; a short item has fewer to share.</summary>
    private const int EnoughGrams = 2;

    private static readonly string[] _asides =
        ["备注", "附记", "另附", "附件", "注", "谢", "联系", "电话", "系统备注", "处理", "以上", "如有", "Thanks", "Regards", "Agent", "对接人", "交班人"];

    public static (bool IsAtRisk, bool HasFailed) Of(SourceText source, string summary)
    {
        var items = Items(source);
        if (items.Count < 2)
        {
            return (false, false);
        }

        var told = Grams.Of(summary);
        var grams = items.Select(Grams.Of).ToList();
        var counts = grams.SelectMany(item => item).GroupBy(gram => gram).ToDictionary(gram => gram.Key, gram => gram.Count());
        return (true, grams.Any(item => !IsTold(item, counts, told)));
    }

    private static bool IsTold(HashSet<string> item, Dictionary<string, int> counts, HashSet<string> told)
    {
        var own = item.Where(gram => counts[gram] == 1).ToList();
        return own.Count(told.Contains) >= Math.Min(EnoughGrams, own.Count);
    }

    private static List<string> Items(SourceText source)
    {
        var text = source.Memory.ToString();
        var marks = Marker().Matches(text);
        if (marks.Count is >= 2 and <= MaxItems)
        {
            var items = new List<string>();
            for (var i = 0; i < marks.Count; i++)
            {
                var start = marks[i].Index + marks[i].Length;
                var end = i + 1 < marks.Count ? marks[i + 1].Index : EndOfLast(text, start);
                items.Add(text[start..end]);
            }

            return [.. items.Where(IsEvent)];
        }

        return [.. EventSplit.Find(source).Where(IsEvent)];
    }

    // What stands behind a list on lines of its own, or in a further sentence, is about all of it.
    private static int EndOfLast(string text, int start)
    {
        var end = text.AsSpan(start).IndexOfAny("\n。");
        return end < 0 ? text.Length : start + end;
    }

    private static bool IsEvent(string item) => item.Trim().Length >= MinItemLength
        && !_asides.Any(aside => item.TrimStart().StartsWith(aside, StringComparison.Ordinal));

    // At the start of a line or clause. 一是 and 第一 tell a list only in company, which the count of matches sees to.
    [GeneratedRegex("""
        (?<=^|[\n。；;：:，,?？！!…\s])(?:
            [（(]?[0-9]{1,2}[、.．)）](?![0-9])
            |[一二三四五六七八九十]{1,2}(?:、|是(?=[^否]))
            |第[一二三四五六七八九十](?:[，,、：]|条|件|个)?(?![0-9层版步次天周节道名位把三])
            |其[一二三四五六][，,、是]
            |[①②③④⑤⑥⑦⑧⑨⑩❶❷❸❹❺❻❼❽]
            |[□☐•·]\ ?
            |图[一二三四五六](?=[是，,、：])
            |建议[一二三四五六][：:]
            |[A-F][.、．]
            |[甲乙丙丁戊己][、.]
            |(?:首先|其次|再者|再有|再次|另外|还有|此外|同时|最后|再一个|一个是|还有就是)[，,是]?
            |-\s
        )
        |(?<=[：:。；;\s])[①②③④⑤⑥⑦⑧⑨⑩❶❷❸❹❺❻❼❽]|[①②③④⑤⑥⑦⑧⑨⑩❶❷❸❹❺❻❼❽]
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Marker();
}
