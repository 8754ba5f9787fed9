using Pipeline.TextMetrics.Clauses;

namespace Pipeline.TextMetrics.Tests.Clauses;

public sealed class ClauseKindsTests
{
    [Theory]
    [InlineData("您好", "Frame")]
    [InlineData("电话186****3390", "Frame")]
    [InlineData("现反映如下", "Frame")]
    [InlineData("Order 7741-2093", "Frame")]
    [InlineData("家住临溪街道7栋102室", "Aside")]
    [InlineData("重启后一切正常", "Aside")]
    [InlineData("打印机状态不正常", "Plain")]
    [InlineData("卫生间地面反复返水", "Event")]
    [InlineData("users cannot log in", "Event")]
    [InlineData("怀疑冷凝水盘有问题", "Cause")]
    [InlineData("希望尽快修好电梯", "Request")]
    [InlineData("please refund it", "Request")]
    [InlineData("公交车停在马路中间上下客", "Plain")]
    public void A_clause_is_known_by_its_words(string clause, string kind) =>
        Assert.Equal(kind, ClauseKinds.Of(clause, '，').ToString());

    [Theory]
    [InlineData("市民反映工地夜间施工", "工地夜间施工")]
    [InlineData("来电人称某路口拥堵", "某路口拥堵")]
    [InlineData("陈女士反映水费异常", "水费异常")]
    [InlineData("反映人家住老粮站宿舍", "家住老粮站宿舍")]
    [InlineData("来电人是小区住户", "来电人是小区住户")]
    [InlineData("【诉求】路灯不亮", "路灯不亮")]
    [InlineData("称最近路灯不亮", "称最近路灯不亮")]
    [InlineData("系统无法登录", "系统无法登录")]
    public void Who_reports_is_no_part_of_what_is_reported(string clause, string rest) =>
        Assert.Equal(rest, clause[ClauseKinds.FrameLength(clause, isIntroduced: false)..]);

    [Fact]
    public void Words_of_saying_go_with_the_frame_before_them()
    {
        using var source = new SourceText("市民刘先生来电，称路灯不亮。", splitLists: false);
        Assert.Equal(["路灯不亮"], source.Clauses.Where(c => c.Kind != ClauseKind.Frame).Select(c => source.Span[c.Start..c.End].ToString()));
    }

    [Theory]
    [InlineData("一是电梯停运；二是停车费上涨。")]
    [InlineData("1. 电梯停运\n2. 停车费上涨")]
    [InlineData("① 电梯停运；②停车费上涨")]
    [InlineData("1）电梯停运；2）停车费上涨")]
    [InlineData("一、电梯停运。\n二、停车费上涨。")]
    [InlineData("首先，电梯停运，其次，停车费上涨。")]
    public void List_markers_count_items_and_are_dropped(string text)
    {
        using var source = new SourceText(text, splitLists: false);
        Assert.True(source.IsList);
        Assert.Equal([("电梯停运", 1), ("停车费上涨", 2)], source.Clauses.Select(c => (source.Span[c.Start..c.End].ToString(), c.Item)));
    }

    [Theory]
    [InlineData("3号楼停电，2月5日报修。")]
    [InlineData("1.5 MPa，10.0.0.1，一年，二楼")]
    public void Numbers_are_no_list_markers(string text)
    {
        using var source = new SourceText(text, splitLists: false);
        Assert.All(source.Clauses, c => Assert.Equal(0, c.Item));
    }
}
