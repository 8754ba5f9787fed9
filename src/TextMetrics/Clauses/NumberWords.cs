namespace Pipeline.TextMetrics.Clauses;

/// <summary>Characters that belong to a number: Chinese numerals, signs before it, and units after it.</summary>
internal static class NumberWords
{
    private const string Numerals = "零〇一二三四五六七八九十百千万亿两";
    private const string Prefixes = "+-−±¥￥$€£#№≥≤<>~～≈第";
    private const string Suffixes = "%％‰‱℃℉°′″²³+";
    private const string Multipliers = "万亿千百十多余几";
    private const string Joints = "~～–—−-×∶:：/·";
    private const string DateUnits = "年月日号时点分";

    // Only units of several characters: a single character after a number is always kept with it.
    private static readonly string[] _longUnits =
    [
        "小时", "分钟", "秒钟", "工作日", "星期", "季度", "年度", "公里", "千米", "厘米", "毫米", "微米", "纳米", "平方", "平方米",
        "平方公里", "立方", "立方米", "公斤", "千克", "毫克", "毫升", "摄氏度", "千瓦", "千瓦时", "兆瓦", "兆帕", "人次", "美元", "欧元",
        "公顷", "英寸", "楼层", "号楼", "单元", "号线", "路车", "月份", "周岁", "个百分点",
    ];

    public static bool IsNumeral(char c) => Numerals.Contains(c);

    public static bool IsPrefix(char c) => Prefixes.Contains(c);

    public static bool IsSuffix(char c) => Suffixes.Contains(c);

    public static bool IsJoint(char c) => Joints.Contains(c);

    public static bool IsDateUnit(char c) => DateUnits.Contains(c);

    /// <summary>Length of the unit at the start of <paramref name="rest"/>, which follows a number: 0 when there is none.</summary>
    public static int UnitLength(ReadOnlySpan<char> rest)
    {
        var at = 0;
        while (at < rest.Length && at < 3 && Multipliers.Contains(rest[at]))
        {
            at++;
        }

        if (at < rest.Length && rest[at] == '个')
        {
            at++;
        }

        var longest = 0;
        foreach (var unit in _longUnits)
        {
            if (unit.Length > longest && rest[at..].StartsWith(unit, StringComparison.Ordinal))
            {
                longest = unit.Length;
            }
        }

        if (longest == 0 && at < rest.Length && (at == 0 || rest[at - 1] != '个') && Script.IsUnspaced(rest[at]))
        {
            longest = 1;
        }

        return at + longest;
    }
}
