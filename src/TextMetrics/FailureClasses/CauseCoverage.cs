using System.Buffers;
using Pipeline.TextMetrics.Clauses;

namespace Pipeline.TextMetrics.FailureClasses;

/// <summary>
/// Whether a summary tells a cause where its source has one. A cause seldom has a word that marks it in a report: somebody finds something
/// after other things were checked. So a text counts as one with a cause when it has such a word, or searches and finds.
/// </summary>
internal static class CauseCoverage
{
    private const int EnoughSearching = 3;

    private static readonly SearchValues<string> _told = Words(
        "因 由于 导致 造成 致使 以致 致 引起 引发 系 原来 疑 怀疑 源于 所致 起因 归因 触发 干扰 because due caused cause causes since probably likely suspected after");

    // What makes a text a search for a cause: checks that led nowhere, and findings.
    private static readonly string[] _searching = [
        "发现", "原来", "后来", "才知道", "才看懂", "才看", "查到", "看到", "看出", "注意到", "想来想去", "琢磨", "对得上", "对不上", "没用", "没有改善", "没有效果",
        "排除", "合格", "正常", "没有故障", "没毛病", "换过", "换了", "试过", "还是", "没有异常", "查过", "查了", "测过", "说漏", "提了个醒", "记得", "没复现", "没有复现",
        "没重现", "均无异常", "顺口一问", "一看", "追", "守", "蹲守", "均未解决", "起初", "以为", "怀疑",
    ];

    private static readonly string[] _searchingInLetters =
        ["found", "noticed", "turns out", "turned out", "realised", "realized", "checked", "replaced", "swapped", "ruled out", "still", "no fault"];

    public static (bool IsAtRisk, bool HasFailed) Of(SourceText source, string summary)
    {
        var searches = Searches(source.Span);
        var isAtRisk = searches >= EnoughSearching || (searches > 0 && CauseClauses.Any(source));
        return (isAtRisk, isAtRisk && !summary.AsSpan().ContainsAny(_told) && !CauseClauses.IsTold(source, summary));
    }

    /// <summary>How many of the words of a search the text has; more than enough are not counted.</summary>
    private static int Searches(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var word in _searching)
        {
            count += text.Contains(word, StringComparison.Ordinal) ? 1 : 0;
            if (count == EnoughSearching)
            {
                return count;
            }
        }

        foreach (var word in text.ContainsAnyInRange('A', 'z') ? _searchingInLetters : [])
        {
            count += text.Contains(word, StringComparison.OrdinalIgnoreCase) ? 1 : 0;
        }

        return count;
    }

    private static SearchValues<string> Words(string words) => SearchValues.Create(words.Split(' '), StringComparison.OrdinalIgnoreCase);
}
