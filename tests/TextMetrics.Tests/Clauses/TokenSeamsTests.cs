using Pipeline.TextMetrics.Clauses;

namespace Pipeline.TextMetrics.Tests.Clauses;

public sealed class TokenSeamsTests
{
    [Theory]
    [InlineData("共12台机", "12台")]
    [InlineData("共1,250.5元", "1,250.5元")]
    [InlineData("于2024年3月5日14时30分停机", "2024年3月5日14时30分")]
    [InlineData("需3～5个工作日到货", "3～5个工作日")]
    [InlineData("占比 3.5 %左右", "3.5 %")]
    [InlineData("厚度20 nm左右", "20 nm")]
    [InlineData("约10 个左右", "10 个")]
    [InlineData("达三十二万元了", "三十二万元")]
    [InlineData("降百分之二十了", "百分之二十")]
    [InlineData("第十二次来", "第十二次")]
    [InlineData("访问https://a.cn/x?y=1失败", "https://a.cn/x?y=1")]
    [InlineData("可以don't改", "don't")]
    [InlineData("邮箱a.b@c.cn收", "a.b@c.cn")]
    [InlineData("温度-12.5℃时", "-12.5℃")]
    public void No_cut_is_allowed_inside(string text, string whole)
    {
        var glued = new bool[text.Length + 1];
        TokenSeams.Mark(text, glued);
        var start = text.IndexOf(whole, StringComparison.Ordinal);
        Assert.All(Enumerable.Range(start + 1, whole.Length - 1), i => Assert.True(glued[i], $"cut allowed at {text[..i]}|{text[i..]}"));
        Assert.False(glued[start]);
    }

    [Theory]
    [InlineData("他说“你好，世界”后", "“你好，世界”")]
    [InlineData("设备(型号(A,B))坏", "(型号(A,B))")]
    [InlineData("报\"错误, 重试\"了", "\"错误, 重试\"")]
    [InlineData("读<春秋>后", "<春秋>")]
    public void No_cut_is_allowed_inside_a_pair(string text, string whole)
    {
        var glued = new bool[text.Length + 1];
        PairSeams.Mark(text, glued);
        var start = text.IndexOf(whole, StringComparison.Ordinal);
        var expected = Enumerable.Range(0, text.Length + 1).Select(i => i > start && i < start + whole.Length);
        Assert.Equal(expected, glued);
    }
}
