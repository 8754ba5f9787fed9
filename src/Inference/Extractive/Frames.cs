using Pipeline.TextMetrics.Clauses;

namespace Pipeline.Inference.Extractive;

/// <summary>Words that open a clause without saying what it is about, and clauses that are only manners.</summary>
internal static class Frames
{
    private static readonly string[] _openers = ByLength(
        "摘要 目的 方法 结果 结论 背景 本文 文章 该文 文中 论文 本研究 该研究 研究了 研究 探讨了 探讨 分析了 分析 介绍了 介绍 提出了 提出 "
        + "讨论了 讨论 观察 评价 总结 比较 阐述了 阐述 论述了 论述 综述了 综述 设计了 建立了 给出了 采用 利用 应用 运用 使用 通过 通过对 "
        + "针对 根据 基于 为了 为 以 对 从 在 将 并 且 而 但 因此 同时 此外 然后 首先 其次 最后 结果表明 结果显示 实验结果表明 研究表明 表明 "
        + "认为 指出 主要 简要 重点 详细 进行了 一种 了 的 和 与 及 其 该 这 对于 关于 由于 随着 旨在 目前 近年来 探索 了解 考察了 考察 "
        + "概述了 回顾了 已 现在 最近 近期 近日 日前 目前 据悉 另外 请问 你好 您好 反映 反馈 用户反馈 用户反映 用户报告 "
        + "用户投诉 客户反馈 客户反映 客户投诉 客户来电 来电反映 市民反映 经排查 经检查 经核实 经查 检查发现");

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _englishParticles =
        ("a an the of to in on at for from by with and or but nor as is are was were be been being has have had that which who whom "
        + "this these those its their his her our your my not no into than then if when while because so between during after before "
        + "through over under about without within since until against").Split(' ')
        .ToHashSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly string[] _danglingEnds =
        ["后", "表示", "说", "称", "指出", "认为", "表明", "消息", "以来", "为", "是", "由", "对", "在", "因为", "如果"];

    /// <summary>Length of the opener at the start of <paramref name="clause"/>, or 0.</summary>
    public static int OpenerLength(ReadOnlySpan<char> clause)
    {
        foreach (var opener in _openers)
        {
            if (clause.StartsWith(opener, StringComparison.Ordinal))
            {
                return opener.Length;
            }
        }

        return 0;
    }

    /// <summary>Whether the words promise something that follows: "升级到5.2.1版本后", "央行表示".</summary>
    public static bool IsDangling(ReadOnlySpan<char> part)
    {
        foreach (var end in _danglingEnds)
        {
            if (part.EndsWith(end, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return EndsInParticle(part);
    }

    /// <summary>Whether the last word is an English one that leans on the next: "the link between".</summary>
    public static bool EndsInParticle(ReadOnlySpan<char> part) =>
        !part.IsEmpty && char.IsAsciiLetter(part[^1]) && _englishParticles.Contains(part[(part.LastIndexOf(' ') + 1)..]);

    /// <summary>One that starts in lower case ("leading to wrong fees") hangs on the clause before it.</summary>
    public static bool IsDependent(SourceText source, Clause clause) => char.IsAsciiLetterLower(source.Span[clause.Start]);

    private static string[] ByLength(string words) =>
        [.. words.Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct().OrderByDescending(w => w.Length)];
}
