using System.Globalization;
using Pipeline.TextMetrics.Facts;

namespace Pipeline.TextMetrics.Tests.Facts;

public sealed class QuantitiesTests
{
    [Theory]
    [InlineData("增长120%", "120 %")]
    [InlineData("增长１２０％", "120 %")]
    [InlineData("涨了1.2倍", "1.2 倍")]
    [InlineData("百分之三十的住户", "30 %")]
    [InlineData("共欠26,400元，合计约28万元", "26400 元|280000 元")]
    [InlineData("账单¥311.95", "311.95 元")]
    [InlineData("等了3个小时", "3 小时")]
    [InlineData("等了 3 h", "3 小时")]
    [InlineData("三名同事，两台打印机", "3 人|2 台")]
    [InlineData("一百二十三户，三万五千元，两千零五人", "123 户|35000 元|2005 人")]
    [InlineData("5千克，2千米，3千元", "5 公斤|2 公里|3000 元")]
    [InlineData("排队四十多分钟，300多元", "40 分钟|300 元")]
    [InlineData("3-5个工作日，3～5天", "3 工作日|5 工作日|3 天|5 天")]
    [InlineData("工号20481、20482，20481,20482", "20481 |20482 |20481 |20482 ")]
    [InlineData("3，120户", "3 |120 户")]
    [InlineData("57 m³，35 m", "57 立方米|35 米")]
    [InlineData("57m2", "57 平方米")]
    public void Numbers_have_their_values_and_units(string text, string expected) => Assert.Equal(expected, string.Join('|', Quantities.Find(text)
        .Select(found => string.Create(CultureInfo.InvariantCulture, $"{found.Value:0.##} {found.Unit.Name}"))));

    [Theory]
    [InlineData("B302室，WO-2024-00317，Gi1/0/24", "B302|WO-2024-00317|Gi1/0/24")]
    [InlineData("22:40至次日03:15，06:00–22:00", "22:40|03:15|06:00-22:00")]
    [InlineData("2024-03-05，10.0.0.1，010-88886666", "2024-03-05|10.0.0.1|010-88886666")]
    [InlineData("电话138****2217", "138****2217")]
    [InlineData("三分之二的住户", "三分之二")]
    [InlineData("0317号", "0317")]
    public void Codes_times_and_dates_are_kept_as_written(string text, string expected)
    {
        var found = Quantities.Find(text);
        Assert.Equal(expected, string.Join('|', found.Select(quantity => quantity.Number)));
        Assert.All(found, quantity => Assert.Null(quantity.Value));
    }

    [Theory]
    [InlineData("反映一个问题，一直没人管，一点办法没有")]
    [InlineData("十分不满，万一出事，四处漏水，三方协调，千万别再拖")]
    [InlineData("七八次都没修好，五一期间")]
    [InlineData("1. 电梯停运\n2、门禁坏了；(3) 井盖松动")]
    [InlineData("VPN连不上，DB lock")]
    [InlineData("")]
    public void Words_and_list_markers_are_no_numbers(string text) => Assert.Empty(Quantities.Find(text));

    [Fact]
    public void Places_and_lengths_are_those_of_the_text()
    {
        const string Text = "由每月180 元涨到１．２万元";
        Assert.Equal(["180 元", "１．２万元"], Quantities.Find(Text).Select(found => Text.Substring(found.Start, found.Length)));
    }

    [Theory]
    [InlineData("十", 10)]
    [InlineData("十五", 15)]
    [InlineData("二十", 20)]
    [InlineData("一百零二", 102)]
    [InlineData("一百二", 120)]
    [InlineData("三万五", 35_000)]
    [InlineData("两亿三千万", 230_000_000)]
    [InlineData("一万零三十", 10_030)]
    [InlineData("二〇二四", 2024)]
    [InlineData("一一九", 119)]
    public void Numerals_have_their_value(string numeral, int expected) => Assert.Equal(expected, ChineseNumeral.Parse(numeral));

    [Theory]
    [InlineData("")]
    [InlineData("七八")]
    [InlineData("十七八")]
    [InlineData("一二三四五六七八九一二三四五六七八九")]
    public void An_enumeration_is_no_numeral(string text) => Assert.Null(ChineseNumeral.Parse(text));

    [Fact]
    public void A_long_text_of_one_kind_takes_no_time_to_speak_of()
    {
        foreach (var piece in (string[])["a", "1", "一", "1,", "a-", "1*", "3-", "百分之", "一分之", "1.", "٣"])
        {
            Quantities.Find(string.Concat(Enumerable.Repeat(piece, (1 << 16) / piece.Length)));
        }
    }
}
