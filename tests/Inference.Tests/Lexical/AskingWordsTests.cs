using Pipeline.Inference.Lexical;

namespace Pipeline.Inference.Tests.Lexical;

public sealed class AskingWordsTests
{
    [Theory]
    [InlineData("打印机无法启动怎么处理", "打印机无法启动 处理")]
    [InlineData("请问电梯什么时候能修好呢？", "电梯 能修好 ？")]
    [InlineData("停车费涨价是怎么回事", "停车费涨价是")]
    [InlineData("Why is the share drive slow", "share drive slow")]
    [InlineData("anything about islands and towers", "anything about islands and towers")]
    [InlineData("打印机", "打印机")]
    [InlineData("A-101泵振动", "A-101泵振动")]
    [InlineData("can't print the to-do list", "can't print to-do list")]
    [InlineData("CAN bus DO 超标", "CAN bus DO 超标")]
    [InlineData("哪吒汽车为何要认为何时很多少数民族用吗啡", "哪吒汽车 要认为何时很多少数民族用吗啡")]
    public void Words_that_ask_are_left_out(string question, string rest) =>
        Assert.Equal(rest, string.Join(' ', AskingWords.Without(question).Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    [Theory]
    [InlineData("怎么办？")]
    [InlineData("What is the")]
    [InlineData("")]
    public void A_question_of_nothing_else_stays(string question) => Assert.Equal(question, AskingWords.Without(question));
}
