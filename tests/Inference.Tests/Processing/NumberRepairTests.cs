using Pipeline.Inference.Processing;

namespace Pipeline.Inference.Tests.Processing;

public sealed class NumberRepairTests
{
    [Theory]
    [InlineData("投诉量增长120%", "投诉增长1.2倍", "投诉增长120%")]
    [InlineData("投诉量增长120%", "投诉增长120倍", "投诉增长120%")]
    [InlineData("投诉量增长120%", "投诉增长120", "投诉增长120%")]
    [InlineData("投诉量增长120%", "投诉增长12%", "投诉增长120%")]
    [InlineData("投诉量增长119.8%", "投诉增长120%", "投诉增长119.8%")]
    [InlineData("等待90分钟", "等待1.5小时", "等待90分钟")]
    [InlineData("等待45分钟，共3人", "等待45小时", "等待45分钟")]
    [InlineData("欠薪28万元", "欠薪28元", "欠薪28万元")]
    [InlineData("单号WO-2024-00317", "WO-2024-0317未办结", "WO-2024-00317未办结")]
    [InlineData("从１８０元涨到260元", "从180角涨到260元", "从１８０元涨到260元")]
    public void What_can_only_mean_one_number_of_the_source_is_put_back(string source, string summary, string expected)
    {
        var (repaired, flags) = NumberRepair.Apply(source, summary);
        Assert.Equal(expected, repaired);
        Assert.Equal([SummaryFlags.NumberRepaired], flags);
    }

    [Theory]
    [InlineData("增长120%，另一处增长120%", "增长1.2倍", "增长120%")]
    [InlineData("增长120%，下降1.2倍", "增长1.2倍", "增长1.2倍")]
    public void The_same_number_said_twice_is_still_one(string source, string summary, string expected) =>
        Assert.Equal(expected, NumberRepair.Apply(source, summary).Summary);

    [Theory]
    [InlineData("等待90分钟，又等5400秒", "等待1.5小时")]
    [InlineData("电话打了2次", "电话打了3次")]
    [InlineData("2名员工受伤", "5名员工受伤")]
    [InlineData("3楼电梯停运", "3名老人被困")]
    [InlineData("温度80℃", "温度90℃")]
    [InlineData("工号20481、20482、20485", "工号20483未开通")]
    [InlineData("投诉增长", "投诉增长30%")]
    public void What_is_ambiguous_or_invented_is_left_and_flagged(string source, string summary)
    {
        var (same, flags) = NumberRepair.Apply(source, summary);
        Assert.Equal(summary, same);
        Assert.Equal([SummaryFlags.NumberUnsupported], flags);
    }

    [Theory]
    [InlineData("等了3个小时，修了三次，共1,200元", "等3小时，修3次，1200元")]
    [InlineData("4名同事反映", "4人反映")]
    [InlineData("3～5个工作日答复", "3-5个工作日答复")]
    [InlineData("无数字", "也无数字")]
    [InlineData("", "")]
    public void Another_spelling_of_the_same_is_right(string source, string summary)
    {
        var (same, flags) = NumberRepair.Apply(source, summary);
        Assert.Equal(summary, same);
        Assert.Empty(flags);
    }

    [Fact]
    public void Several_numbers_are_each_looked_at()
    {
        var (repaired, flags) = NumberRepair.Apply("用水57 m³，同比增长120%，2人在家", "用水57 m³，增长1.2倍，9人在家");
        Assert.Equal("用水57 m³，增长120%，9人在家", repaired);
        Assert.Equal([SummaryFlags.NumberRepaired, SummaryFlags.NumberUnsupported], flags);
    }

    [Fact]
    public void Nothing_that_people_wrote_is_replaced_and_a_lost_unit_is_added()
    {
        foreach (var order in WorkOrders.All)
        {
            var repaired = NumberRepair.Apply(order.Text, order.Reference).Summary;
            Assert.True(IsWithin(order.Reference, repaired), order.Id);
        }
    }

    /// <summary>Whether all characters of one text stand in the other in the same order.</summary>
    private static bool IsWithin(string part, string whole)
    {
        var at = 0;
        foreach (var c in whole)
        {
            at += at < part.Length && part[at] == c ? 1 : 0;
        }

        return at == part.Length;
    }
}
