using System.Globalization;
using System.Text;

namespace Pipeline.LoadTest;

/// <summary>
/// Distinct work orders of about 200 characters with a reference summary each, put together from phrases, names, codes and numbers.
/// The same seed gives the same file. They measure speed; quality is measured on written ones.
/// </summary>
internal sealed class WorkOrderGenerator(int seed)
{
    private static readonly string[] s_places = ["城东区梧桐路", "高新区软件园二期", "滨江街道望湖里", "老城区解放南路", "经开区汽车产业园", "云溪镇中心广场", "北站换乘大厅", "第三人民医院门诊楼"];
    private static readonly string[] s_callers = ["王先生", "李女士", "张阿姨", "值班员小陈", "物业负责人", "门店店长", "车间主任老周", "租户刘先生"];
    private static readonly string[] s_things = ["二号电梯", "冷却水泵 P-101A", "门禁系统", "收银系统", "路灯", "中央空调主机", "自动售货机", "核心交换机", "污水提升泵", "订单接口"];
    private static readonly string[] s_faults = ["频繁停机", "漏水", "异响明显", "无法登录", "响应超时", "显示数据错误", "温度过高", "突然断电", "重复扣款", "压力不足"];
    private static readonly string[] s_causes = ["夜间施工挖断了电缆", "上周升级后配置没有恢复", "滤网长期没有清洗", "供货批次更换了型号", "机房空调凌晨停过一次", "连续暴雨导致地下室进水"];
    private static readonly string[] s_wishes = ["尽快派人到现场处理并回电", "给出书面答复和补偿方案", "先恢复使用再查明原因", "在下班前解决，否则影响次日营业", "核实费用并退还多收部分"];
    private static readonly string[] s_noise = ["此前已经反映过两次，都没有结果。", "现场照片和视频可以提供。", "附近居民和商户意见很大。", "我们理解工作辛苦，但是确实等不了了。", "联系电话工作日白天都能接通。", "之前的工单编号找不到了，麻烦一并查询。"];
    private readonly Random _random = new(seed);

    /// <summary>Writes <paramref name="count"/> work orders as CSV.</summary>
    public async Task WriteAsync(string path, int count)
    {
        await using var writer = new StreamWriter(path, append: false, new UTF8Encoding(false), 1 << 16);
        await writer.WriteLineAsync("id,text,reference");
        for (var i = 1; i <= count; i++)
        {
            var (text, reference) = Next(i);
            await writer.WriteLineAsync($"WO-{i:D8},\"{text}\",\"{reference}\"");
        }
    }

    /// <summary>One more work order.</summary>
    public (string Text, string Reference) Next(int number)
    {
        var (place, caller, thing, fault) = (Pick(s_places), Pick(s_callers), Pick(s_things), Pick(s_faults));
        var (cause, wish) = (Pick(s_causes), Pick(s_wishes));
        var time = string.Create(CultureInfo.InvariantCulture, $"{_random.Next(1, 13)}月{_random.Next(1, 29)}日{_random.Next(0, 24)}时{_random.Next(10, 60)}分");
        var text = string.Create(CultureInfo.InvariantCulture, $"""
            {caller}来电反映，{place}{_random.Next(1, 400)}号的{thing}从{time}起{fault}，至今已持续{_random.Next(2, 90)}小时，影响约{_random.Next(5, 3000)}人。{Pick(s_noise)}经初步了解，可能是因为{cause}，当时读数为{_random.Next(10, 999) / 10.0:0.0}，正常值应在{_random.Next(10, 99)}以内。{Pick(s_noise)}同时，{Pick(s_places)}的{Pick(s_things)}也出现{Pick(s_faults)}，损失估计{_random.Next(100, 90000)}元。{Pick(s_noise)}来电人要求{wish}，受理编号{number:D8}，回电尾号{_random.Next(1000, 9999)}。
            """);
        return (text, $"{place}的{thing}{fault}，疑因{cause}，要求{wish}。");
    }

    private string Pick(string[] values) => values[_random.Next(values.Length)];
}
