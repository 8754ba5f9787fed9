using System.Collections.Frozen;
using System.Globalization;

namespace Pipeline.TextMetrics.Facts;

/// <summary>A unit or counting word.</summary>
/// <param name="Name">One name for all spellings: 个小时, 小时 and h are the same.</param>
/// <param name="Dimension">What it measures, when units of this dimension can be converted; null otherwise.</param>
/// <param name="Factor">How many of the dimension's base unit it is.</param>
internal sealed record Unit(string Name, string? Dimension, decimal Factor)
{
    // Name, dimension or "-", factor, further spellings.
    private const string Measures = """
        %      ratio   0.01
        ‰      ratio   0.001
        倍     ratio   1
        成     ratio   0.1
        个百分点 -     1        百分点
        毫秒   time    0.001    ms
        秒     time    1        秒钟 s sec secs
        分钟   time    60       min mins minute minutes
        小时   time    3600     个小时 钟头 个钟头 h hr hrs hour hours
        天     time    86400    day days
        周     time    604800   星期 个星期 week weeks
        个月   -       1        month months
        年     -       1        year years
        工作日 -       1        个工作日
        角     money   0.1      毛
        元     money   1        块钱 圆 人民币 RMB CNY yuan
        美元   -       1        美金 USD dollars
        欧元   -       1        EUR euros
        毫米   length  0.001    mm
        厘米   length  0.01     公分 cm
        米     length  1        m
        公里   length  1000     千米 km
        平方米 -       1        平米 平方 ㎡ m² m2
        立方米 -       1        立方 m³ m3
        克     mass    1        g
        斤     mass    500
        公斤   mass    1000     千克 kg
        吨     mass    1000000  t
        毫升   volume  0.001    ml mL
        升     volume  1        L
        ℃      -       1        °C 摄氏度
        瓦     power   1        W
        千瓦   power   1000     kW KW
        千瓦时 -       1        kWh
        伏     voltage 1        V
        千伏   voltage 1000     kV
        安     -       1        A
        千帕   -       1        kPa
        兆帕   -       1        MPa
        分贝   -       1        dB
        KB     bytes   1024     kB
        MB     bytes   1048576  M
        GB     bytes   1073741824    G
        TB     bytes   1099511627776 T
        人     -       1        名 位 口人
        栋     -       1        幢
        楼     -       1        层
        线     -       1        号线
        岁     -       1        周岁
        月     -       1        月份
        点     -       1        点钟
        """;

    private const string CountingWords =
        "个 户 台 辆 次 起 件 条 项 家 间 号楼 单元 号 室 单 笔 张 份 页 根 只 套 桶 瓶 箱 包 袋 支 块 路 级 人次 字 分 日 时 年级 期 区 座 亩 公顷 "
        + "门 处 棵 盏 部 发 餐 批 班 趟 遍 度 倍速 Hz Mbps nm rpm";

    private static readonly FrozenDictionary<string, Unit> _spellings = ReadSpellings();

    private static readonly FrozenDictionary<string, Unit>.AlternateLookup<ReadOnlySpan<char>> _lookup =
        _spellings.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly int _longest = _spellings.Keys.Max(spelling => spelling.Length);

    /// <summary>No unit.</summary>
    public static Unit None { get; } = new("", null, 1);

    /// <summary>%, also written 百分之 before its number.</summary>
    public static Unit Percent => _spellings["%"];

    /// <summary>The unit at the start of a text that follows a number.</summary>
    /// <param name="rest">The text, in half width.</param>
    /// <param name="length">Characters of the unit.</param>
    public static Unit At(ReadOnlySpan<char> rest, out int length)
    {
        for (length = Math.Min(_longest, rest.Length); length > 0; length--)
        {
            // "m" in "main" is no metre.
            if (_lookup.TryGetValue(rest[..length], out var unit)
                && !(char.IsAsciiLetter(rest[length - 1]) && length < rest.Length && char.IsAsciiLetterOrDigit(rest[length])))
            {
                return unit;
            }
        }

        return None;
    }

    /// <summary>The unit of a sign that stands before its number: ¥311.95.</summary>
    public static Unit Before(char sign) => sign switch
    {
        '¥' or '￥' => _spellings["元"],
        '$' => _spellings["美元"],
        '€' => _spellings["欧元"],
        _ => None,
    };

    private static FrozenDictionary<string, Unit> ReadSpellings()
    {
        var units = CountingWords.Split(' ').ToDictionary(word => word, word => new Unit(word, null, 1));
        foreach (var line in Measures.Split('\n'))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var unit = new Unit(fields[0], fields[1] == "-" ? null : fields[1], decimal.Parse(fields[2], CultureInfo.InvariantCulture));
            foreach (var spelling in fields[3..].Append(unit.Name))
            {
                units.Add(spelling, unit);
            }
        }

        return units.ToFrozenDictionary();
    }
}
