using Pipeline.Inference.Tests;
using Pipeline.TextMetrics.Clauses;

namespace Pipeline.TextMetrics.Tests.Clauses;

public sealed class EventSplitTests
{
    [Fact]
    public void Items_of_a_list_are_events_without_their_markers_and_frame() => Assert.Equal(
        ["3号楼电梯停运", "早餐摊凌晨4点扰民", "停车费由180元涨到260元，没有公示"],
        Find("市民反映三件事：一是3号楼电梯停运；二是早餐摊凌晨4点扰民；三是停车费由180元涨到260元，没有公示。"));

    [Fact]
    public void What_stands_before_also_is_an_event_when_something_happened() => Assert.Equal(
        ["一楼空调坏了", "门禁读不到卡"], Find("一楼空调坏了。另外，门禁读不到卡。"));

    [Theory]
    [InlineData("文汇桥北侧井盖松动，车一过咣当响，请速修")]
    [InlineData("反映以下问题：1. 电梯停运")]
    [InlineData("9号楼开裂。请求：一、立即关断水管；二、临时监测；三、垫付设计费。")]
    [InlineData("")]
    public void A_single_event_is_not_split(string text) => Assert.Empty(Find(text));

    [Fact]
    public void A_long_list_is_no_list_of_events() => Assert.Empty(Find(string.Concat(Enumerable.Range(1, 20).Select(i => $"{i}. 设备故障停机。\n"))));

    [Fact]
    public void Sample_work_orders_with_markers_are_split_and_hardly_any_other_class_is()
    {
        // More than half of the class tell their events without any marker; those stay whole. One of another class ends in three
        // numbered requests.
        var split = WorkOrders.All.Where(order => Find(order.Text).Count > 1).ToLookup(order => order.FailureClass == "multi-event");
        Assert.InRange(split[true].Count(), 20, 44);
        Assert.True(split[false].Count() <= 1, string.Join(", ", split[false].Select(order => order.Id)));
    }

    private static IReadOnlyList<string> Find(string text)
    {
        using var source = new SourceText(text, splitLists: false);
        return EventSplit.Find(source);
    }
}
