using Pipeline.Scoring.Dashboard.Queries;
using Pipeline.Storage.Reports;

namespace Pipeline.Scoring.Dashboard.Appearance;

/// <summary>Codes in the reader's language: in English they are their own words. A code that has no Chinese stays as it is.</summary>
internal static class CodeWords
{
    /// <summary>A state, severity or verdict.</summary>
    public static string State(this Words words, string code) => words.IsChinese ? Chinese(code) : code;

    /// <summary>Something noticed about a summary, or a class of failures.</summary>
    public static string Flag(this Words words, string code) => words.IsChinese
        ? code switch
        {
            "term-repaired" => "术语已修正",
            "term-missing" => "缺少术语",
            "number-repaired" => "数字已修正",
            "number-unsupported" => "数字无依据",
            "cause-missing" => "缺少原因",
            "repetition" => "重复",
            "multi-event" => "多事件",
            "map-reduce" => "分段摘要",
            "implicit-cause" => "隐含原因",
            "abbreviation" => "简称",
            "number-unit" => "数字与单位",
            _ => code,
        }
        : code;

    /// <summary>Why a line was refused; why a text failed is said by the engine, in its language.</summary>
    public static string? Reason(this Words words, FailureGroup failure) =>
        words.IsChinese && failure.Step == "ingest" && RefusalReasons.Chinese(failure.Code) is { } reason ? reason : failure.Reason;

    private static string Chinese(string code) => code switch
    {
        "pending" => "待处理",
        "running" => "进行中",
        "working" => "处理中",
        "loading" => "载入中",
        "pruning" => "清理中",
        "done" => "完成",
        "finished" => "已完成",
        "rejected" or "refused" => "被拒绝",
        "quarantined" => "已隔离",
        "cancelled" => "已取消",
        "paused" => "已暂停",
        "open" => "进行中",
        "closed" => "已结束",
        "warning" => "警告",
        "critical" => "严重",
        "alarm" => "告警",
        "ok" => "正常",
        "drop" => "下降",
        "unstable" => "不稳定",
        "failed" => "失败",
        "no-baseline" => "无基线",
        "too-few" => "样本不足",
        "other-signature" => "签名不同",
        _ => code,
    };
}
