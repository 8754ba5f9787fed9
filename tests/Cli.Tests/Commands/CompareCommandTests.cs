using System.Globalization;
using System.Text.Json;
using Pipeline.Testing;

namespace Pipeline.Cli.Tests.Commands;

public sealed class CompareCommandTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>, IDisposable
{
    private const int Lines = 12;

    private readonly string _folder = Directory.CreateTempSubdirectory("compare-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Recipes_are_compared_pair_by_pair_on_the_scores_in_the_database()
    {
        await ScoreAsync("pairs", "char");

        var run = await RunAsync("compare", "lead", "extractive", "--batch", "pairs", "--metric", "rouge1,compression,seconds", "--slice", "length", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("char", run.Json.GetProperty("rouge_signature").GetString());
        var rows = run.Json.GetProperty("comparisons").EnumerateArray().ToDictionary(row => (row.GetProperty("slice").GetString(), row.GetProperty("metric").GetString()));
        Assert.Equal([("all", "rouge1"), ("all", "compression"), ("all", "seconds"), ("text 1-100", "rouge1"), ("text 1-100", "compression"), ("text 1-100", "seconds")], rows.Keys);
        var rouge = rows[("all", "rouge1")];
        // A repeated text counts once.
        Assert.Equal((Lines, Lines, 0), (rouge.GetProperty("n").GetInt32(), rouge.GetProperty("wins").GetInt32(), rouge.GetProperty("losses").GetInt32()));
        Assert.Equal(0.1, rouge.GetProperty("delta").GetDouble(), 9);
        Assert.True(rouge.GetProperty("significant").GetBoolean());
        Assert.Equal(0.25, rows[("all", "seconds")].GetProperty("delta").GetDouble(), 6);
    }

    [Fact]
    public async Task The_gate_exits_with_1_when_the_second_recipe_is_worse_and_lets_smaller_drops_pass()
    {
        await ScoreAsync("gate", "char");
        string[] rouge1 = ["--batch", "gate", "--metric", "rouge1", "--gate"];

        var better = await RunAsync(["compare", "lead", "extractive", .. rouge1]);
        var worse = await RunAsync(["compare", "extractive", "lead", .. rouge1]);
        var small = await RunAsync(["compare", "extractive", "lead", .. rouge1, "--min-drop", "0.2"]);
        var same = await RunAsync(["compare", "lead", "lead", .. rouge1]);

        Assert.Equal((0, 1, 0, 0), (better.ExitCode, worse.ExitCode, small.ExitCode, same.ExitCode));
        Assert.Contains("gate: lead is worse than extractive in rouge1 (all) by 0.1", worse.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scores_of_several_signatures_are_refused_until_one_is_chosen()
    {
        await ScoreAsync("mixed", "char", "char-raw");
        string[] mixed = ["compare", "lead", "extractive", "--batch", "mixed"];

        var refused = await RunAsync(mixed);
        var chosen = await RunAsync([.. mixed, "--signature", "char-raw", "--json"]);
        var unknown = await RunAsync([.. mixed, "--signature", "word"]);

        Assert.Equal((2, 0, 2), (refused.ExitCode, chosen.ExitCode, unknown.ExitCode));
        Assert.Contains("several ROUGE signatures, which can't be compared", refused.Errors, StringComparison.Ordinal);
        Assert.Contains($"lead: char-raw ({Lines + 1})", refused.Errors, StringComparison.Ordinal);
        Assert.Equal("char-raw", chosen.Json.GetProperty("rouge_signature").GetString());
        Assert.Equal(Lines, chosen.Json.GetProperty("comparisons")[0].GetProperty("n").GetInt32());
    }

    [Theory]
    [InlineData("--batch is missing", "lead", "extractive")]
    [InlineData("was not run with recipe 'nobody', but with", "lead", "nobody", "--batch", "usage")]
    [InlineData("Unknown metric 'beauty'", "lead", "extractive", "--batch", "usage", "--metric", "beauty")]
    [InlineData("Unknown slice 'colour'", "lead", "extractive", "--batch", "usage", "--slice", "colour")]
    [InlineData("--min-drop must be above 0", "lead", "extractive", "--batch", "usage", "--min-drop", "0")]
    [InlineData("--gate needs a metric where higher is better", "lead", "extractive", "--batch", "usage", "--metric", "seconds", "--gate")]
    public async Task What_can_not_be_meant_is_refused(string message, params string[] arguments)
    {
        await ScoreAsync("usage", "char");

        var run = await RunAsync(["compare", .. arguments]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-difference", 0)]
    [InlineData("clear-worse", 1)]
    [InlineData("tiny-n", 0)]
    [InlineData("one-outlier", 0)]
    public async Task A_file_of_scores_gives_the_numbers_of_the_vectors_without_servers(string name, int gate)
    {
        var vectors = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "tests", "TextMetrics.Tests", "vectors", "significance-dev.json"), Token);
        var vector = JsonDocument.Parse(vectors).RootElement.GetProperty("cases").EnumerateArray().Single(item => item.GetProperty("name").GetString() == name);
        var pairs = vector.GetProperty("a").EnumerateArray().Zip(vector.GetProperty("b").EnumerateArray());
        await WriteAsync("scores.csv", ["a,b", .. pairs.Select(pair => $"{pair.First.GetRawText()},{pair.Second.GetRawText()}")]);

        var run = await RunWithoutServersAsync("compare", "--scores", "scores.csv", "--gate", "--json");

        var expected = vector.GetProperty("expected");
        Assert.Equal(gate, run.ExitCode);
        Assert.Equal(gate == 0, run.Json.GetProperty("gate_passed").GetBoolean());
        Assert.All((string[])["n", "mean_a", "mean_b", "delta", "se_diff", "wins", "losses", "ties"], field =>
            Assert.Equal(expected.GetProperty(field).GetDouble(), run.Json.GetProperty(field).GetDouble(), 9));
        Assert.All((string[])["p_paired_bs_shift", "p_paired_ar"], field => Assert.Equal(
            expected.GetProperty(field).GetDouble(), run.Json.GetProperty(field).GetDouble(), expected.GetProperty(field).GetDouble() < 0.1 ? 0.015 : 0.04));
    }

    [Theory]
    [InlineData("scores.csv has no column 'b'", "a,c", "1,2")]
    [InlineData("scores.csv, line 3: '-' in column b is not a number", "a,b", "1,2", "1,-")]
    [InlineData("scores.csv has no scores below its header", "a,b")]
    public async Task A_file_that_is_faulty_is_refused_with_its_line(string message, params string[] lines)
    {
        await WriteAsync("scores.csv", lines);

        var run = await RunWithoutServersAsync("compare", "--scores", "scores.csv");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(message, run.Errors, StringComparison.Ordinal);
    }

    /// <summary>A batch with a repeated line whose scores are those of "extractive", or 0.1 less for "lead", under each signature.</summary>
    private async Task ScoreAsync(string batch, params string[] signatures)
    {
        await SummarizedBatch.CreateAsync(database, _folder, batch, Enumerable.Range(0, Lines + 1).Select(line => (
            string.Create(CultureInfo.InvariantCulture, $"{batch} 水泵 {line % Lines} 漏水，已更换密封圈"),
            string.Create(CultureInfo.InvariantCulture, $"{batch} 更换 {line % Lines}"))));
        await SummarizedBatch.ScoreAsync(database, batch, signatures);
    }

    private Task WriteAsync(string name, IEnumerable<string> lines) => File.WriteAllLinesAsync(Path.Combine(_folder, name), lines, Token);

    private Task<CliRun> RunAsync(params string[] arguments) => CliRun.StartAsync(database, _folder, input: null, arguments);

    private Task<CliRun> RunWithoutServersAsync(params string[] arguments) =>
        CliRun.StartAsync(new Dictionary<string, string> { ["PIPELINE__POSTGRES"] = "", ["PIPELINE__RABBITMQ"] = "" }, _folder, input: null, arguments);
}
