namespace Pipeline.Cli.Tests;

public sealed class AgeTests
{
    [Theory]
    [InlineData("12h", 12)]
    [InlineData("30d", 720)]
    [InlineData("2w", 336)]
    [InlineData("0d", 0)]
    public void An_age_is_a_number_and_a_unit(string text, int hours) => Assert.Equal(TimeSpan.FromHours(hours), Age.Parse("--older-than", text));

    [Theory]
    [InlineData("")]
    [InlineData("d")]
    [InlineData("30")]
    [InlineData("-1d")]
    [InlineData("1.5d")]
    [InlineData("30m")]
    [InlineData("40000d")]
    [InlineData("2147483647w")]
    public void Anything_else_is_refused_with_the_option_and_an_example(string text)
    {
        var refused = Assert.Throws<UsageException>(() => Age.Parse("--older-than", text));

        Assert.Contains("--older-than", refused.Message, StringComparison.Ordinal);
        Assert.Contains("30d", refused.Message, StringComparison.Ordinal);
    }
}
