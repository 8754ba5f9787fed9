namespace Pipeline.Cli.Tests;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("1MB", 1L << 20)]
    [InlineData("512MB", 512L << 20)]
    [InlineData("8GB", 8L << 30)]
    public void A_size_is_a_number_and_a_unit(string text, long bytes) => Assert.Equal(bytes, ByteSize.Parse("--memory", text));

    [Theory]
    [InlineData("")]
    [InlineData("GB")]
    [InlineData("0GB")]
    [InlineData("512")]
    [InlineData("-1GB")]
    [InlineData("1.5GB")]
    [InlineData("2048GB")]
    [InlineData("512kB")]
    public void Anything_else_is_refused_with_the_option_and_an_example(string text)
    {
        var refused = Assert.Throws<UsageException>(() => ByteSize.Parse("--memory", text));

        Assert.Contains("--memory", refused.Message, StringComparison.Ordinal);
        Assert.Contains("512MB", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8192, "8 kB")]
    [InlineData(5L << 20, "5 MB")]
    [InlineData(3L << 29, "1.5 GB")]
    public void Sizes_are_written_for_people(long bytes, string text) => Assert.Equal(text, ByteSize.Format(bytes));
}
