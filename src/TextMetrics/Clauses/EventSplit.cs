namespace Pipeline.TextMetrics.Clauses;

/// <summary>Finds the events of a ticket that tells several: the items of a list, and what stands before it when that is an event too.</summary>
internal static class EventSplit
{
    /// <summary>More items than this are no longer events to be told one by one.</summary>
    public const int MaxEvents = 8;

    private static readonly string[] _requests = ["请求", "要求", "诉求", "希望", "申请", "建议", "request"];

    /// <summary>Shorter ones are headings or leftovers.</summary>
    private const int MinChars = 4;

    /// <summary>The events in their order; empty when there are fewer than two or more than <see cref="MaxEvents"/>.</summary>
    public static IReadOnlyList<string> Find(SourceText source)
    {
        var items = source.Clauses.GroupBy(clause => clause.Item).Where(item => item.Key > 0 || IsEvent(item)).ToList();
        if (items.Count is < 2 or > MaxEvents || ListsRequests(source))
        {
            return [];
        }

        var events = items.Select(item => TextOf(source, [.. item])).Where(text => Script.Length(text) >= MinChars).ToList();
        return events.Count < 2 ? [] : events;
    }

    // "反映以下问题：" and who reports are no event.
    private static bool IsEvent(IEnumerable<Clause> clauses) => clauses.Any(clause => clause.Kind is ClauseKind.Event or ClauseKind.Cause);

    /// <summary>"请求：一、…；二、…" lists what is wanted about one event.</summary>
    private static bool ListsRequests(SourceText source)
    {
        var before = source.Clauses.TakeWhile(clause => clause.Item == 0).LastOrDefault();
        return before.Mark is ':' or '：' && _requests.Any(word => source.Span[before.Start..before.End].Contains(word, StringComparison.Ordinal));
    }

    private static string TextOf(SourceText source, Clause[] clauses)
    {
        var end = clauses[^1].End;
        return source.Span[clauses[0].Start..end].ToString();
    }
}
