using System.Text;
using Pipeline.Cli.Evaluation;

namespace Pipeline.Cli.Tests.Evaluation;

public sealed class JsonLinesTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a", "1:a")]
    [InlineData("a\n", "1:a")]
    [InlineData("a\n\n \t\r\nb", "1:a 4:b")]
    [InlineData("\uFEFFa\nb\n", "1:a 2:b")]
    public async Task Lines_that_are_not_blank_keep_their_numbers(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', await ReadAsync(text)));

    [Fact]
    public async Task A_line_longer_than_the_buffer_stays_whole()
    {
        var line = new string('字', 200_000);

        Assert.Equal([$"1:{line}", "2:b"], await ReadAsync($"{line}\nb"));
    }

    private static async Task<List<string>> ReadAsync(string text)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var lines = new List<string>();
        await foreach (var (number, line) in JsonLines.ReadAsync(stream, TestContext.Current.CancellationToken))
        {
            lines.Add($"{number}:{Encoding.UTF8.GetString(line)}");
        }

        return lines;
    }
}
