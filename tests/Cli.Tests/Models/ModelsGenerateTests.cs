using System.Text;
using System.Text.Json;
using Pipeline.Testing;

namespace Pipeline.Cli.Tests.Models;

public sealed class ModelsGenerateTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task An_imported_model_continues_lines_as_the_reference_does()
    {
        var imported = await RunAsync(null, "models", "import", ModelFixtures.Path("bloom-b"), "--json");
        Assert.Equal((0, "generate"), (imported.ExitCode, imported.Json.GetProperty("task").GetString()));

        using var goldens = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(ModelFixtures.Path("bloom-b"), "goldens.json")));
        var cases = goldens.RootElement.GetProperty("cases").EnumerateArray().Take(4).ToList();
        var lines = cases.Select((c, i) => i % 2 == 0
            ? $$"""{"id": {{i}}, "text": {{c.GetProperty("text").GetRawText()}}}"""
            : $$"""{"id": {{i}}, "ids": {{c.GetProperty("input_ids").GetRawText()}}}""");
        var run = await RunAsync(
            string.Join('\n', lines.Append("no json").Append("""{"id": "bad", "ids": [6272]}""")),
            "models", "generate", "--model", "bloom-b", "--max-new-tokens", "24", "--logits", "32");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("line 5", run.Errors, StringComparison.Ordinal);
        Assert.Contains("id \"bad\": Token 0 of the prompt is 6272", run.Errors, StringComparison.Ordinal);
        var answers = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(cases.Count, answers.Count);
        foreach (var (c, answer) in cases.Zip(answers))
        {
            Assert.Equal(Integers(c, "input_ids"), Integers(answer, "prompt_ids"));
            Assert.Equal(Integers(c, "greedy_ids"), Integers(answer, "ids"));
            Assert.Equal(c.GetProperty("greedy_text").GetString(), answer.GetProperty("text").GetString());
            Assert.Equal(c.GetProperty("greedy_ended_by_eos").GetBoolean() ? "eos" : "length", answer.GetProperty("finish_reason").GetString());
            Assert.Equal(c.GetProperty("logsumexp").GetDouble(), answer.GetProperty("logsumexp").GetDouble(), 1e-4);
            Assert.Equal(Numbers(c, "logits_first32"), Numbers(answer, "logits"), (a, b) => Math.Abs(a - b) < 1e-4);
        }
    }

    [Fact]
    public async Task Options_that_contradict_each_other_are_bad_usage()
    {
        var run = await RunAsync("", "models", "generate", "--model", "none", "--temperature", "1", "--beams", "4");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("choose beam search or sampling", run.Errors, StringComparison.Ordinal);
    }

    private Task<CliRun> RunAsync(string? input, params string[] arguments) => CliRun.StartAsync(
        new Dictionary<string, string> { ["PIPELINE__MODELS"] = Path.Combine(_folder.FullName, "store") },
        _folder.FullName,
        input is null ? null : Encoding.UTF8.GetBytes(input),
        arguments);

    private static int[] Integers(JsonElement element, string name) => [.. element.GetProperty(name).EnumerateArray().Select(item => item.GetInt32())];

    private static double[] Numbers(JsonElement element, string name) => [.. element.GetProperty(name).EnumerateArray().Select(item => item.GetDouble())];
}
