using System.CommandLine;
using System.Text.Json;
using Pipeline.Cli.Commands;

namespace Pipeline.Cli.Tests.Commands;

public sealed class EvaluateCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("evaluate-").FullName;

    private string Input => Path.Combine(_folder, "in.jsonl");

    private string Output => Path.Combine(_folder, "out.jsonl");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_line_is_scored_in_order_with_its_id()
    {
        await File.WriteAllTextAsync(
            Input,
            """
            {"id": "工单-1", "candidate": "更换搓纸轮", "references": ["更换", "更换搓纸轮"], "source": "打印机卡纸更换搓纸轮"}

            {"id": 2, "candidate": "甲", "reference": "乙"}
            """,
            TestContext.Current.CancellationToken);

        var (exitCode, output, errors) = await RunAsync("--tokenizer", "char", "--json");

        Assert.Equal((0, ""), (exitCode, errors));
        var lines = ReadOutput();
        Assert.Equal("工单-1", lines[0].GetProperty("id").GetString());
        Assert.Equal(1, lines[0].GetProperty("rougeLsum").GetProperty("f").GetDouble());
        Assert.Equal(0.5, lines[0].GetProperty("char_ratio_codepoints").GetDouble());
        Assert.Equal(2, lines[1].GetProperty("id").GetInt32());
        Assert.Equal(0, lines[1].GetProperty("rouge1").GetProperty("p").GetDouble());

        using var summary = JsonDocument.Parse(output);
        Assert.Equal(2, summary.RootElement.GetProperty("pairs").GetInt32());
        Assert.Equal(0.5, summary.RootElement.GetProperty("rouge1").GetProperty("f").GetDouble());
        Assert.StartsWith("rouge|tok:char-1|", summary.RootElement.GetProperty("signature").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"candidate\": \"甲")]
    [InlineData("{\"candidate\": \"甲\"}")]
    [InlineData("{\"references\": [\"甲\"]}")]
    [InlineData("{\"candidate\": \"甲\", \"references\": []}")]
    [InlineData("{\"candidate\": \"甲\", \"references\": [1]}")]
    [InlineData("{\"candidate\": \"\\ud800\", \"reference\": \"甲\"}")]
    [InlineData("[]")]
    public async Task A_broken_line_is_reported_with_its_number_and_the_rest_is_scored(string broken)
    {
        const string Good = "{\"candidate\": \"甲\", \"reference\": \"甲\"}";
        await File.WriteAllLinesAsync(Input, [Good, broken, Good], TestContext.Current.CancellationToken);

        var (exitCode, _, errors) = await RunAsync();

        Assert.Equal(1, exitCode);
        Assert.StartsWith($"{Input}:2: ", errors, StringComparison.Ordinal);
        Assert.Equal([1, 3], ReadOutput().Select(line => line.GetProperty("id").GetInt32()));
    }

    [Fact]
    public async Task A_missing_file_is_named_and_leaves_the_output_alone()
    {
        await File.WriteAllTextAsync(Output, "earlier", TestContext.Current.CancellationToken);

        var (exitCode, _, errors) = await RunAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains(Input, errors, StringComparison.Ordinal);
        Assert.Equal("earlier", await File.ReadAllTextAsync(Output, TestContext.Current.CancellationToken));
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task A_file_of_another_format_does_not_fill_the_screen()
    {
        await File.WriteAllLinesAsync(Input, Enumerable.Range(1, 25).Select(line => $"{line},电梯停运"), TestContext.Current.CancellationToken);

        var (exitCode, _, errors) = await RunAsync();

        var lines = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(1, exitCode);
        Assert.Equal(11, lines.Length);
        Assert.Equal("... and 15 more lines with errors", lines[^1].Trim());
    }

    [Fact]
    public void An_unknown_tokenizer_is_a_usage_error_that_lists_the_known_ones()
    {
        var result = Root().Parse(["evaluate", "--input", "a", "--output", "b", "--tokenizer", "spacy"]);

        Assert.Contains("char-nfkc", Assert.Single(result.Errors).Message, StringComparison.Ordinal);
    }

    private static RootCommand Root() => [EvaluateCommand.Create()];

    [Fact]
    public async Task The_input_is_not_replaced_by_the_scores()
    {
        await File.WriteAllTextAsync(Input, "{\"candidate\": \"甲\", \"reference\": \"乙\"}", TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(Output, Input);

        var parsed = Root().Parse(["evaluate", "--input", Input, "--output", Output]);

        Assert.Contains("is the input", Assert.Single(parsed.Errors).Message, StringComparison.Ordinal);
    }

    private async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] more)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var exitCode = await Root().Parse(["evaluate", "--input", Input, "--output", Output, .. more]).InvokeAsync(
            new InvocationConfiguration { Output = output, Error = errors }, TestContext.Current.CancellationToken);
        return (exitCode, output.ToString(), errors.ToString());
    }

    private JsonElement[] ReadOutput() => [.. File.ReadLines(Output).Select(line => JsonDocument.Parse(line).RootElement)];
}
