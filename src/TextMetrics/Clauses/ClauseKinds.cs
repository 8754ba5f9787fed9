using System.Buffers;

namespace Pipeline.TextMetrics.Clauses;

/// <summary>
/// Tells clauses of reports apart by general words: what happened and what is asked for, against callers, contacts and announcements.
/// The lists are short on purpose; a clause that they do not know is plain.
/// </summary>
internal static class ClauseKinds
{
    /// <summary>A greeting, thanks, label or bare caller: it counts as such only when short.</summary>
    private const int MaxShort = 12;

    /// <summary>"陈女士（138****2217）来电反映": further in, the same words are part of what is told.</summary>
    private const int MaxReportPrefix = 28;
    private const int MaxLabel = 8;
    private const int MaxIdentifier = 20;
    private const int MaxContact = 32;

    private static readonly SearchValues<string> _events = Words(
        "故障 异常 损坏 坏了 坏掉 破损 破裂 开裂 断裂 裂缝 松动 脱落 漏水 漏电 漏气 漏油 泄漏 渗水 滴水 积水 外溢 堵塞 堵住 卡纸 卡死 "
        + "卡住 停运 停机 停电 停水 断电 断网 掉线 掉色 异响 异味 噪声 噪音 油烟 扰民 占道 拥堵 无法 不能 不了 不上 不动 不着 不到 不出 不下 "
        + "不亮 不通 不足 不合格 不进 不转 没反应 没有反应 没收到 没有发 没恢复 没人 未收到 未到 未恢复 未安装 未发 无反应 无响应 "
        + "报错 报警 告警 失败 超时 错误 过期 丢失 丢包 重复 多收 少发 漏发 错发 欠 拒收 拖欠 涨到 升到 降到 达到 超过 高于 低于 变质 发热 过热 烧坏 "
        + "起火 冒烟 受伤 被困 反复 频繁 经常 突然 一直 总是 严重 "
        + "cannot can't unable fail error broken crash leak stuck lost wrong denied timeout missing never burn crack trip outage "
        + "not down slow dropped stopped refused incorrect");

    private static readonly SearchValues<string> _causes = Words(
        "原因 原来 导致 造成 因为 由于 怀疑 疑似 疑因 判断 because caused due probably");

    private static readonly SearchValues<string> _reports = Words("反映 反馈 来电 来信 投诉 报修 报障 报告 留言 求助");

    private static readonly SearchValues<string> _announcements = Words("如下 以下 件事 几点 整理 汇总");

    private static readonly string[] _callers =
        Split("市民 来电 来信 反映 反馈 投诉 咨询 用户 客户 顾客 网民 居民 村民 业主 群众 报修 门店 客服 员工 住户 乘客 患者 学生 家长");

    private static readonly string[] _titles = ["先生", "女士", "小姐", "同志", "师傅", "老师", "主管", "经理"];

    private static readonly string[] _requests =
        Split("请 希望 望 要求 申请 建议 麻烦 恳请 烦请 敬请 盼 需要 想问 想咨询 咨询 诉求 能否 可否 Please please Pls Kindly kindly Need Request");

    private static readonly string[] _asides =
        Split("家住 家里 我住 我家 住在 本人 我是 我叫 我们是 来电人是 来信人是 反映人是 找过 问过 联系过 打过 之前 曾 另听说 有人说 说是 态度 情绪 如有 有问题 另附 附件 附图 备注 图片");

    private static readonly string[] _nothingFound = Split("正常 OK 合格 没有改善 没有效果 没用 无效 已排除 没有异常 无异常 无误 help fine healthy");

    private static readonly string[] _reportEnds = ["称", "来电", "反映", "反馈"];

    private static readonly string[] _greetings =
        Split("您好 你好 尊敬 敬爱 各位 领导 谢谢 感谢 辛苦 此致 敬礼 据 急急 谢 Hello Hi Dear Thank Thanks thanks Regards Best");

    private static readonly string[] _labels = Split(
        "发件人 收件人 抄送 来电人 联系人 联系方式 报修人 电话 手机 编号 时间 单号 日期 From To Cc CC Sent Date Tel Ref");

    /// <summary>Length of the words at the start that only say who reports: "市民反映", "顾客吴女士来电，", "【诉求内容】".</summary>
    /// <param name="clause">The clause.</param>
    /// <param name="isIntroduced">Whether a frame stands before it: then "称" goes on with that frame.</param>
    public static int FrameLength(ReadOnlySpan<char> clause, bool isIntroduced)
    {
        if (isIntroduced && clause.Length > 1 && clause[0] == '称')
        {
            return 1;
        }

        var from = clause[0] == '【' && clause.IndexOf('】') is > 0 and <= MaxLabel and var close ? close + 1 : 0;
        var rest = clause[from..Math.Min(clause.Length, from + MaxReportPrefix)];
        if (!StartsWithAny(rest, _callers) && !HasTitle(rest))
        {
            return from;
        }

        while (rest.IndexOfAny(_reports) is >= 0 and var at)
        {
            // "来电人是小区住户" introduces somebody; there the words are needed.
            var behind = at + 2 + (rest[(at + 2)..].StartsWith('人') ? 1 : 0);
            if (rest[behind..].StartsWith('是'))
            {
                break;
            }

            behind += rest[behind..].StartsWith('称') ? 1 : 0;
            from += behind;
            rest = rest[behind..];
            if (at > 0 && !HasTitle(rest) && !StartsWithAny(rest, _callers))
            {
                break;
            }
        }

        return from;
    }

    public static ClauseKind Of(ReadOnlySpan<char> clause, char mark)
    {
        if ((clause.Length <= MaxShort && StartsWithAny(clause, _greetings)) || IsContact(clause) || IsIdentifier(clause)
            || IsAnnouncement(clause, mark))
        {
            return ClauseKind.Frame;
        }

        return FoundNothing(clause) ? ClauseKind.Aside
            : StartsWithAny(clause, _requests) ? ClauseKind.Request
            : clause.ContainsAny(_causes) ? ClauseKind.Cause
            : clause.ContainsAny(_events) ? ClauseKind.Event
            : StartsWithAny(clause, _asides) ? ClauseKind.Aside
            : ClauseKind.Plain;
    }

    /// <summary>Whether the rest of the sentence is the value of a field of the head: "发件人: …".</summary>
    public static bool IsHeadLabel(ReadOnlySpan<char> clause, char mark) =>
        mark is ':' or '：' && clause.Length <= MaxLabel && EndOf(clause, _labels) > 0;

    /// <summary>A number, a time or a reference alone, at most with one word before it: "WO-2024-00317", "Order 7741-2093".</summary>
    private static bool IsIdentifier(ReadOnlySpan<char> clause) => clause.Length <= MaxIdentifier && clause.ContainsAnyInRange('0', '9')
        && clause.Count(' ') <= 1 && !clause.ContainsAnyExceptInRange(' ', '~');

    private static bool IsContact(ReadOnlySpan<char> clause) =>
        clause.Length <= MaxContact && clause.Contains("***", StringComparison.Ordinal) && !clause.ContainsAny(_events);

    private static bool IsAnnouncement(ReadOnlySpan<char> clause, char mark)
    {
        if (clause.ContainsAny(_events))
        {
            return false;
        }

        var leadsOn = mark is ':' or '：';
        return (clause.ContainsAny(_announcements) && (leadsOn || clause.Length <= MaxShort || clause.StartsWith("以下", StringComparison.Ordinal)))
            || (leadsOn && clause.Length <= (char.IsAsciiLetter(clause[0]) ? 2 * MaxShort : MaxLabel))
            || (clause.Length <= MaxLabel && IsBareReport(clause));
    }

    /// <summary>A check that led nowhere; "不正常" is a finding.</summary>
    private static bool FoundNothing(ReadOnlySpan<char> clause) => EndOf(clause, _nothingFound) is > 0 and var length
        && (clause.Length == length || clause[^(length + 1)] is not ('不' or '未'));

    private static int EndOf(ReadOnlySpan<char> clause, string[] words)
    {
        foreach (var word in words)
        {
            if (clause.EndsWith(word, StringComparison.Ordinal))
            {
                return word.Length;
            }
        }

        return 0;
    }

    private static bool IsBareReport(ReadOnlySpan<char> clause) => StartsWithAny(clause, _callers) && EndOf(clause, _reportEnds) > 0;

    private static bool HasTitle(ReadOnlySpan<char> clause)
    {
        foreach (var title in _titles)
        {
            if (clause.IndexOf(title) is > 0 and <= 8)
            {
                return true;
            }
        }

        return false;
    }

    private static bool StartsWithAny(ReadOnlySpan<char> clause, string[] words)
    {
        foreach (var word in words)
        {
            if (clause.StartsWith(word, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static string[] Split(string words) => words.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static SearchValues<string> Words(string words) => SearchValues.Create(Split(words), StringComparison.OrdinalIgnoreCase);
}
