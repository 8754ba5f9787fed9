using Pipeline.Inference.Text;

namespace Pipeline.Inference.Tests.Text;

public sealed class UnpairedMarksTests
{
    [Theory]
    [InlineData("他说：“电梯坏了", "他说：电梯坏了")]
    [InlineData("电梯坏了”，请修", "电梯坏了，请修")]
    [InlineData("（一）“电梯”(A)", "（一）“电梯”(A)")]
    [InlineData("the \"lift", "the lift")]
    [InlineData("((", "((")]
    public void Only_marks_without_a_partner_go(string text, string expected) => Assert.Equal(expected, UnpairedMarks.Remove(text));
}
