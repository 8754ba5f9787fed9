namespace Pipeline.Storage.Reports;

/// <summary>Why lines were refused at ingest, in Chinese. What is stored is English and says more: the place, the size.</summary>
public static class RefusalReasons
{
    /// <summary>What a code means in Chinese.</summary>
    /// <returns>Null for a code that is none of a refused line.</returns>
    public static string? Chinese(string code) => code switch
    {
        "too-large" => "该行、正文、参考摘要或候选摘要超过大小上限",
        "bad-encoding" => "含有不符合文件编码的字节",
        "wrong-field-count" => "字段数与表头不符",
        "unclosed-quote" => "引号没有闭合",
        "stray-quote" => "右引号之后还有内容；字段中的引号须写两个",
        "bad-json" => "不是有效的 JSON 对象",
        "wrong-type" => "字段的类型不对",
        "missing-text" => "没有正文",
        "wrong-endpoint" => "不是对话补全请求",
        "missing-id" => "没有编号",
        "bad-character" => "含有 NUL 字符或孤立的代理项",
        "empty" => "正文为空",
        "no-words" => "正文既无文字也无数字",
        "no-candidate" => "没有候选摘要",
        "bad-id" => "编号过长",
        "bad-category" => "类别过长",
        "duplicate-id" => "编号与前面某行相同而正文不同；以先出现的为准",
        _ => null,
    };
}
