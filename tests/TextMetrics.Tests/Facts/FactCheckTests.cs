using Pipeline.TextMetrics.Facts;

namespace Pipeline.TextMetrics.Tests.Facts;

public sealed class FactCheckTests
{
    [Theory]
    [InlineData("欠费28万元", "共欠280,000元")]
    [InlineData("等了90分钟", "等了1.5小时")]
    [InlineData("付了360元", "昨天付了三百六")]
    [InlineData("2024年3月5日停水", "二〇二四年三月五号起停水")]
    [InlineData("3月5日停水", "2024-03-05停水")]
    [InlineData("6月8日19时12分进场", "6月8日19:12进")]
    [InlineData("19日又施工", "5月18日22:40至次日03:15，5月19日、20日又各施工一次")]
    [InlineData("下午4点半后拥堵", "16:30以后拥堵")]
    [InlineData("３０％的住户", "百分之三十的住户")]
    [InlineData("订单88317退款", "订单号20240601-88317")]
    [InlineData("约28万元", "合计283,100元")]
    [InlineData("一台损坏", "1台损坏")]
    [InlineData("4 scanners fail", "four scanners do not charge")]
    [InlineData("wo-2024-00317未到场", "工单WO-2024-00317")]
    [InlineData("", "增长120%")]
    [InlineData("6月5日轴承振动", "巡检异常：6月5日10:00轴承振动")]
    [InlineData("5日停水", "通知:5日停水")]
    [InlineData("3月5日停水", "停水时间：2024-03-05")]
    [InlineData("晚上10点停电", "时间：22:00停电")]
    public void The_same_fact_in_another_form_is_supported(string summary, string source) =>
        Assert.Empty(FactCheck.Of(summary, source).Unsupported);

    [Theory]
    [InlineData("增长1.2倍", "增长120%", FactKind.Converted)]
    [InlineData("负载率28%", "负载率118%", FactKind.Percentage)]
    [InlineData("退款1万元", "退款1,000元", FactKind.Amount)]
    [InlineData("5月7日停运", "5月6日停运", FactKind.Date)]
    [InlineData("2023年5月6日停运", "5月6日停运", FactKind.Date)]
    [InlineData("23:40施工", "22:40施工", FactKind.Time)]
    [InlineData("40点施工", "施工时间：22:40", FactKind.Number)]
    [InlineData("3月5日完成", "进度：3/5", FactKind.Date)]
    [InlineData("10:20断网", "MAC地址AA:BB:CC:DD:10:20", FactKind.Time)]
    [InlineData("库存502台", "房号：3-502，缺货", FactKind.Number)]
    [InlineData("下午4点停机", "凌晨4点停机", FactKind.Time)]
    [InlineData("P-101B振动", "P-101A振动", FactKind.Identifier)]
    [InlineData("14户漏水", "12户漏水", FactKind.Number)]
    [InlineData("等了45小时", "等了45分钟", FactKind.Number)]
    [InlineData("供水已恢复", "到现在没有恢复供水", FactKind.Negation)]
    [InlineData("未联系家属", "已联系家属和120", FactKind.Negation)]
    [InlineData("The invoice was received.", "The customer has not received the invoice.", FactKind.Negation)]
    public void What_the_source_does_not_say_is_unsupported(string summary, string source, FactKind kind) =>
        Assert.Equal(kind, Assert.Single(FactCheck.Of(summary, source).Unsupported).Kind);

    [Theory]
    [InlineData("请求恢复供水", "到现在没有恢复供水")]
    [InlineData("登录失败", "无法登录系统")]
    [InlineData("咨询能否补办", "不能补办")]
    [InlineData("Please restore access.", "Access was not restored.")]
    public void Requests_and_failures_are_no_flips(string summary, string source) =>
        Assert.Empty(FactCheck.Of(summary, source).Unsupported);

    [Fact]
    public void Places_are_counted_in_code_points()
    {
        var check = FactCheck.Of("𠮷野家👍涨价30元", "𠮷野家👍涨价20元");

        Assert.Equal(new UnsupportedSpan(6, 3, FactKind.Amount), Assert.Single(check.Unsupported));
        Assert.Equal((1, 0), (check.Facts, check.Precision));
    }

    [Fact]
    public void Precision_is_the_share_of_supported_facts()
    {
        Assert.Equal(2.0 / 3, FactCheck.Of("12户、30元、5月6日", "12户各20元，5月6日").Precision!.Value, 12);
        Assert.Null(FactCheck.Of("没有数字", "也没有").Precision);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\ud800 99月99日 25:99 １２３４５６７８９０１２３４５６７８９０")]
    [InlineData("99999999999999999999999999999999999999999999万亿亿元")]
    [InlineData("千万亿亿万亿亿亿分之万亿 0/0 1/1/1/1 ::: 12::30 -.-")]
    [InlineData("不不不不未没无没有没有")]
    public void Odd_texts_are_judged_without_complaint(string odd)
    {
        foreach (var (summary, source) in new[] { (odd, "5月6日"), ("5月6日12元", odd), (odd, odd) })
        {
            var check = FactCheck.Of(summary, source);
            Assert.True(check.Precision is null or (>= 0 and <= 1));
            Assert.All(check.Unsupported, span => Assert.True(span is { Start: >= 0, Length: > 0 } && span.Start + span.Length <= summary.EnumerateRunes().Count()));
        }
    }
}
