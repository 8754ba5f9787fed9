using System.Text;

namespace Pipeline.Inference.Tests;

/// <summary>Seeded ticket-like texts made of pieces that must survive whole, words, and marks.</summary>
internal static class RandomTexts
{
    /// <summary>Pieces that no summary may contain a part of.</summary>
    public static readonly string[] Whole =
    [
        "2.10.3", "2024-03-05", "WO-2024-001", "10.0.0.1", "ops@example.com", "35.5%", "1,250元", "48小时", "3～5个工作日", "Gi1/0/24",
        "2024年3月5日14时30分", "“密码错误，请重试”", "（见附件，第2页）", "《运维手册》", "Transformer", "P-101A", "85℃", "11.2 mm/s",
        "https://example.com/a?b=1", "三十二万元", "百分之二十", "第十二次", "v5.2.1-rc.1", "-12.5℃", "¥3,400", "20 ℃", "[ERR-500]",
    ];

    private static readonly string[] _words =
        ["电梯", "故障", "用户", "登录", "系统", "更换", "轴承", "导致", "超时", "反映", "希望", "尽快", "处理", "数据库", "端口", "告警", "恢复", "the", "server", "的"];

    private static readonly string[] _marks = ["，", "。", "；", "：", "、", ", ", ". ", "！", "？", "\n", ""];

    public static IEnumerable<string> Make(int count, int seed)
    {
#pragma warning disable CA5394 // Repeatable test data, not secrets.
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var text = new StringBuilder();
            for (var length = random.Next(1, 80); length > 0; length--)
            {
                text.Append(_words[random.Next(_words.Length)]);
                if (random.Next(4) == 0)
                {
                    var previousIsWord = text.Length > 0 && char.IsAsciiLetterOrDigit(text[^1]);
                    text.Append(previousIsWord ? " " : "").Append(Whole[random.Next(Whole.Length)]).Append(_words[random.Next(17)]);
                }

                text.Append(random.Next(3) == 0 ? _marks[random.Next(_marks.Length)] : char.IsAsciiLetter(text[^1]) ? " " : "");
            }

            yield return text.ToString();
        }
#pragma warning restore CA5394
    }
}
