using System.CommandLine;
using System.Text;
using System.Text.Json;
using Pipeline.Cli.Commands;
using Pipeline.Testing;

namespace Pipeline.Cli.Tests.Commands;

public sealed class ModelsCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("models-").FullName;

    private string Source => Path.Combine(_folder, "tiny");

    private string Store => Path.Combine(_folder, "store");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_folder_is_imported_listed_verified_and_gives_vectors()
    {
        var tiny = TinyBert.Create();
        tiny.WriteTo(Source);

        var imported = await RunAsync("import", Source, "--json");
        var again = await RunAsync("import", Source);
        var listed = await RunAsync("list", "--json");
        var verified = await RunAsync("verify");

        Assert.Equal((0, 0, 0, 0), (imported.ExitCode, again.ExitCode, listed.ExitCode, verified.ExitCode));
        Assert.Equal(TinyBert.Hidden, imported.Json.GetProperty("dimensions").GetInt32());
        Assert.StartsWith("unchanged: tiny", again.Output, StringComparison.Ordinal);
        Assert.Equal("tiny", listed.Json.GetProperty("name").GetString());
        Assert.Contains(imported.Json.GetProperty("sha256").GetString()!, verified.Output, StringComparison.Ordinal);

        int[] ids = [.. new[] { "[CLS]", "停", "电", "a", "##b", "[SEP]" }.Select(token => tiny.Vocabulary.IndexOf(token))];
        var embedded = await EmbedAsync($$"""
            {"id": "工单-1", "text": "停电 ab"}
            {"id": 7, "ids": [{{string.Join(", ", ids)}}]}
            """);

        Assert.Equal((0, ""), (embedded.ExitCode, embedded.Errors));
        var lines = Lines(embedded);
        Assert.Equal("工单-1", lines[0].GetProperty("id").GetString());
        Assert.Equal(7, lines[1].GetProperty("id").GetInt32());
        Assert.Equal(ids, lines[0].GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()));
        var vectors = lines.ConvertAll(line => line.GetProperty("vector").EnumerateArray().Select(value => value.GetSingle()).ToArray());
        Assert.Equal(vectors[0], vectors[1]);
        Assert.Equal(1, vectors[0].Sum(value => (double)value * value), 6);
    }

    [Fact]
    public async Task A_classifier_is_imported_listed_and_gives_classes()
    {
        TinyBert.Create().Classifying("网络", "电力", "供水", "电梯").WriteTo(Source);

        var imported = await RunAsync("import", Source, "--json");
        var listed = await RunAsync("list");
        var classified = await RunOnAsync("""
            {"id": "工单-1", "text": "停电"}
            {"ids": [4000]}
            {"text": "水管漏水"}
            """, "classify", "--model", "tiny", "--top", "2");
        var embedded = await EmbedAsync("""{"text": "a"}""");

        Assert.Equal(["网络", "电力", "供水", "电梯"], imported.Json.GetProperty("labels").EnumerateArray().Select(label => label.GetString()));
        Assert.Equal("classify", imported.Json.GetProperty("task").GetString());
        Assert.Contains("4 classes", listed.Output, StringComparison.Ordinal);
        Assert.Equal((1, "line 2"), (classified.ExitCode, classified.Errors.Split(':')[0]));
        Assert.Equal(["工单-1", "3"], Lines(classified).Select(line => line.GetProperty("id").ToString()));
        Assert.All(Lines(classified), line =>
        {
            var classes = line.GetProperty("classes").EnumerateArray().ToList();
            Assert.Equal(2, classes.Count);
            Assert.Equal(line.GetProperty("label").GetString(), classes[0].GetProperty("label").GetString());
            Assert.True(classes[0].GetProperty("probability").GetDouble() >= classes[1].GetProperty("probability").GetDouble());
        });
        Assert.Equal(1, embedded.ExitCode);
        Assert.Contains("classifies texts", embedded.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_generator_for_gpus_keeps_keys_and_values_in_8_bits_when_asked()
    {
        string[] arguments = ["import", ModelFixtures.Path("bloom-a"), "--target", "cuda", "--precision", "fp16", "--name", "bloom"];

        var imported = await RunAsync([.. arguments, "--cache", "int8", "--json"]);
        var again = await RunAsync([.. arguments, "--cache", "int8"]);
        var other = await RunAsync(arguments);
        var listed = await RunAsync("list", "--json");
        var refused = await RunAsync("import", ModelFixtures.Path("bloom-a"), "--cache", "int8");

        Assert.Equal("int8", imported.Json.GetProperty("cache").GetString());
        Assert.Equal("int8", listed.Json.GetProperty("cache").GetString());
        Assert.StartsWith("unchanged: bloom (bloom, generate, 2 layers, int8 cache", again.Output, StringComparison.Ordinal);
        Assert.Equal((1, 1), (other.ExitCode, refused.ExitCode));
        Assert.Contains("another model 'bloom'", other.Errors, StringComparison.Ordinal);
        Assert.Contains("that is for --target cuda", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_line_is_reported_with_its_number_and_the_others_are_answered()
    {
        TinyBert.Create().WriteTo(Source);
        await RunAsync("import", Source);

        var embedded = await EmbedAsync("""
            {"text": "a"}
            {"id": 2}
            {"text": "a", "ids": [1]}
            {"ids": [1, 4000]}
            {"ids": []}
            nonsense
            {"id": "last", "text": ""}
            """);

        Assert.Equal(1, embedded.ExitCode);
        Assert.Equal(["1", "last"], Lines(embedded).Select(line => line.GetProperty("id").ToString()));
        Assert.Equal(
            ["line 2", "line 3", "line 4", "line 5", "line 6"],
            embedded.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(':')[0]));
    }

    [Fact]
    public async Task A_changed_file_fails_the_verification_and_the_model_is_not_run()
    {
        TinyBert.Create().WriteTo(Source);
        await RunAsync("import", Source);
        await RunAsync("import", Source, "--name", "other");
        await File.AppendAllTextAsync(Path.Combine(Store, "tiny", "vocab.txt"), "x", TestContext.Current.CancellationToken);

        var verified = await RunAsync("verify");
        var embedded = await EmbedAsync("""{"text": "a"}""");

        Assert.Equal((1, 1), (verified.ExitCode, embedded.ExitCode));
        Assert.StartsWith("other: unchanged", verified.Output, StringComparison.Ordinal);
        Assert.Contains("vocab.txt changed", verified.Errors, StringComparison.Ordinal);
        Assert.Contains("vocab.txt changed", embedded.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bench_measures_each_batch_size()
    {
        TinyBert.Create().WriteTo(Source);
        await RunAsync("import", Source, "--precision", "int8");

        var bench = await RunAsync("bench", "tiny", "--batch", "1,3", "--tokens", "100", "--seconds", "1", "--json");

        Assert.Equal(0, bench.ExitCode);
        Assert.Equal([1, 3], Lines(bench).Select(line => line.GetProperty("batch").GetInt32()));
        Assert.All(Lines(bench), line => Assert.True(
            line.GetProperty("tokens").GetInt32() == TinyBert.Positions && line.GetProperty("documents_per_second").GetDouble() > 0
            && line.GetProperty("memory_bytes").GetInt64() > 0));
    }

    [Fact]
    public async Task A_bench_of_a_generator_measures_prompts_and_new_tokens()
    {
        await RunAsync("import", ModelFixtures.Path("qwen2-tied"));

        var bench = await RunAsync("bench", "qwen2-tied", "--batch", "2", "--tokens", "20", "--new-tokens", "3", "--seconds", "1", "--json");

        Assert.Equal((0, ""), (bench.ExitCode, bench.Errors));
        Assert.Equal((20, 3), (bench.Json.GetProperty("tokens").GetInt32(), bench.Json.GetProperty("new_tokens").GetInt32()));
        Assert.All(
            ["tokens_per_second", "new_tokens_per_second", "documents_per_second"],
            name => Assert.True(bench.Json.GetProperty(name).GetDouble() > 0));
    }

    [Fact]
    public async Task Two_imports_of_a_model_are_compared_on_texts()
    {
        await RunAsync("import", ModelFixtures.Path("bloom-a"), "--name", "exact");
        await RunAsync("import", ModelFixtures.Path("bloom-a"), "--name", "rough", "--precision", "int4");
        await RunAsync("import", ModelFixtures.Path("qwen2-tied"), "--name", "other");
        const string Lines = """
            {"text": "水泵漏水"}
            {"ids": [1, 2, 3]}
            {"ids": [99999]}
            """;

        var same = await RunAsync("agree", "exact", "exact", "--random", "2", "--tokens", "20", "--new-tokens", "3", "--json");
        var rough = await CliRun.StartAsync(
            Settings, _folder, Encoding.UTF8.GetBytes(Lines), "models", "agree", "rough", "exact", "--new-tokens", "30", "--json");
        var stranger = await RunAsync("agree", "exact", "other", "--random", "1");
        await File.WriteAllTextAsync(Path.Combine(_folder, "texts.txt"), "水泵漏水\n", TestContext.Current.CancellationToken);
        var imported = await RunAsync(
            "import", ModelFixtures.Path("bloom-a"), "--name", "short", "--precision", "int8", "--shortlist", Path.Combine(_folder, "texts.txt"), "--json");
        var shorter = await RunAsync("agree", "short", "exact", "--random", "2", "--tokens", "20", "--new-tokens", "3", "--json");

        Assert.Equal((0, 8, 1d), (same.ExitCode, same.Json.GetProperty("tokens").GetInt32(), same.Json.GetProperty("same_token").GetDouble()));
        Assert.Equal(same.Json.GetProperty("perplexity_reference").GetDouble(), same.Json.GetProperty("perplexity").GetDouble(), 1e-9);
        Assert.Equal((1, 2), (rough.ExitCode, rough.Json.GetProperty("texts").GetInt32()));
        Assert.StartsWith("line 3: The model takes 1 to 2048 tokens", rough.Errors, StringComparison.Ordinal);
        Assert.InRange(rough.Json.GetProperty("same_token").GetDouble(), 0.2, 0.95);
        Assert.True(rough.Json.GetProperty("perplexity").GetDouble() > rough.Json.GetProperty("perplexity_reference").GetDouble());
        Assert.Equal(0, same.Json.GetProperty("left_out").GetDouble());
        Assert.InRange(imported.Json.GetProperty("head_ids").GetInt32(), 1024, 1100);
        Assert.InRange(shorter.Json.GetProperty("left_out").GetDouble(), 0.01, 0.99);
        Assert.Equal(2, stranger.ExitCode);
        Assert.Contains("not imports of the same model", stranger.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Texts_that_are_compared_together_give_what_they_give_alone()
    {
        await RunAsync("import", ModelFixtures.Path("bloom-a"), "--name", "exact");
        await RunAsync("import", ModelFixtures.Path("bloom-a"), "--name", "rough", "--precision", "int4");
        const string Lines = """
            {"text": "水泵漏水"}
            {"ids": [1, 2, 3, 4, 5, 6, 7, 8, 9]}
            {"text": "停电"}
            """;
        string[] arguments = ["agree", "rough", "exact", "--new-tokens", "12", "--json"];

        var alone = await RunOnAsync(Lines, arguments);
        var together = await RunOnAsync(Lines, [.. arguments, "--together", "2"]);
        var random = await RunAsync("agree", "exact", "exact", "--random", "5", "--tokens", "20", "--new-tokens", "3", "--together", "4", "--json");
        var refused = await RunAsync("agree", "exact", "exact", "--random", "1", "--together", "0");

        Assert.Equal((0, 0, 0), (alone.ExitCode, together.ExitCode, random.ExitCode));
        Assert.Equal((3, 39), (together.Json.GetProperty("texts").GetInt32(), together.Json.GetProperty("tokens").GetInt32()));
        foreach (var figure in (string[])["tokens", "same_token", "perplexity", "perplexity_reference", "logit_rms_worst"])
        {
            Assert.Equal(alone.Json.GetProperty(figure).GetDouble(), together.Json.GetProperty(figure).GetDouble(), 1e-4);
        }

        Assert.Equal(
            (5, 20, 1d), (random.Json.GetProperty("texts").GetInt32(), random.Json.GetProperty("tokens").GetInt32(), random.Json.GetProperty("same_token").GetDouble()));
        Assert.Equal((2, ""), (refused.ExitCode, refused.Output));
        Assert.Contains("--together must be 1 or more.", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_imports_of_an_embedder_are_compared_by_their_vectors()
    {
        TinyBert.Create().WriteTo(Source);
        await RunAsync("import", Source, "--name", "exact");
        await RunAsync("import", Source, "--name", "rough", "--precision", "int8");

        var run = await RunAsync("agree", "rough", "exact", "--random", "5", "--tokens", "9");
        var json = await RunAsync("agree", "rough", "exact", "--random", "5", "--tokens", "9", "--json");
        var nothing = await CliRun.StartAsync(Settings, _folder, [], "models", "agree", "rough", "exact");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("lowest cosine", run.Output, StringComparison.Ordinal);
        Assert.InRange(json.Json.GetProperty("cosine_lowest").GetDouble(), 0.9, 0.99999);
        Assert.Equal(1, nothing.ExitCode);
        Assert.Contains("--random N", nothing.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_comparison_runs_whole_documents_in_turns_with_another_model_and_another_program()
    {
        await RunAsync("import", ModelFixtures.Path("bloom-a"), "--name", "a", "--precision", "int8");
        await RunAsync("import", ModelFixtures.Path("bloom-a"), "--name", "b");
        var peer = Peer("bloom-q4_0.gguf", "echo \"$*: min 1 median 0.5 max 2 s/doc (1 quiet of 1)\"");

        string[] arguments =
        [
            "bench", "a", "--compare", "--against", "b", "--batch", "3", "--tokens", "20", "--new-tokens", "5", "--documents", "7", "--rounds", "2",
        ];
        var compared = await RunAsync([.. arguments, "--peer", peer, "--json"]);
        Assert.Equal(0, compared.ExitCode);
        var lines = Lines(compared).ToList();
        Assert.Equal(
            ["a int8, 3", "a int8, 1", "b fp32, 1", "llama.cpp bloom-q4_0, 3", "llama.cpp bloom-q4_0, 2"],
            lines.Select(line => line.GetProperty("contender").GetString()));
        Assert.All(lines, line => Assert.Equal(2, line.GetProperty("rounds").GetInt32()));
        Assert.Equal(7200, lines[3].GetProperty("documents_per_hour").GetDouble());

        // 7 texts in 3 rows that end together: 4 steps each of 3, 3 and 1.
        Assert.Equal(7.0 / 9, lines[0].GetProperty("fill").GetDouble(), 3);
        Assert.Equal(1, lines[1].GetProperty("fill").GetDouble());
        Assert.All(lines[..3], line => Assert.InRange(line.GetProperty("read").GetDouble() + line.GetProperty("step").GetDouble(), 0.01, 1));

        var table = await RunAsync(arguments);
        Assert.Equal(0, table.ExitCode);
        Assert.Contains("b fp32, 1", table.Output, StringComparison.Ordinal);

        var broken = await RunAsync([.. arguments, "--peer", Peer("bloom-f16.gguf", "exit 3")]);
        Assert.Equal(1, broken.ExitCode);
        Assert.Contains("exit code 3", broken.Errors, StringComparison.Ordinal);

        var wrong = await RunAsync([.. arguments, "--peer", Peer("bert-q8_0.gguf", "exit 0")]);
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("models/bloom-*.gguf", wrong.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_comparison_of_embedders_counts_texts()
    {
        TinyBert.Create().WriteTo(Source);
        await RunAsync("import", Source);
        await RunAsync("import", ModelFixtures.Path("bloom-a"), "--name", "b");
        var peer = Peer("bert-q8_0.gguf", "echo \"median 4.000 texts/s\"");

        var compared = await RunAsync("bench", "tiny", "--compare", "--batch", "2", "--documents", "4", "--rounds", "1", "--peer", peer, "--json");
        Assert.Equal(0, compared.ExitCode);
        var lines = Lines(compared).ToList();
        Assert.Equal(["tiny fp32, 2", "tiny fp32, 1", "llama.cpp bert-q8_0, 2", "llama.cpp bert-q8_0, 1"], lines.Select(line => line.GetProperty("contender").GetString()));
        Assert.Equal(0.25, lines[2].GetProperty("seconds_per_document").GetDouble());
        Assert.Equal((1, 0), (lines[0].GetProperty("fill").GetDouble(), lines[0].GetProperty("padding").GetDouble()));

        var mixed = await RunAsync("bench", "tiny", "--compare", "--against", "b");
        Assert.Equal(2, mixed.ExitCode);
        Assert.Contains("--against b", mixed.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("import", "x", "--precision", "fp8")]
    [InlineData("import", "x", "--target", "tpu")]
    [InlineData("import", "x", "--cache", "int4")]
    [InlineData("bench", "x", "--batch", "1,0")]
    [InlineData("embed")]
    public void Wrong_arguments_are_bad_usage(params string[] arguments) =>
        Assert.NotEmpty(new RootCommand { ModelsCommand.Create() }.Parse(["models", .. arguments]).Errors);

    [Fact]
    public async Task A_model_that_is_not_there_is_answered_with_the_remedy()
    {
        var run = await RunAsync("verify", "nope");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("models import DIR", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_setting_out_of_range_is_answered_in_one_line()
    {
        var run = await CliRun.StartAsync(new Dictionary<string, string> { ["PIPELINE__CUDA__MAXROWS"] = "0", ["PIPELINE__MODELS"] = Store }, _folder, null, "models", "list");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("error: Pipeline:Cuda:MaxRows (PIPELINE__CUDA__MAXROWS) must be between 1 and 1024.", run.Errors.Trim());
    }

    [Fact]
    public async Task A_full_disk_ends_an_import_and_leaves_nothing_behind()
    {
        // A file system of 32 kB in a namespace of its own; the model needs 60.
        const string Script = """
            mount -t tmpfs -o size=32k tmpfs "$PIPELINE__MODELS" || exit 77
            dotnet "$1" models import "$2"
            code=$?
            ls -A "$PIPELINE__MODELS"
            exit $code
            """;
        TinyBert.Create().WriteTo(Source);
        Directory.CreateDirectory(Store);
        Assert.SkipUnless(File.Exists("/usr/bin/unshare"), "There is no unshare here.");

        var run = await CliRun.StartProgramAsync(Settings, _folder, null, "unshare", ["-Urm", "sh", "-c", Script, "sh", CliRun.Program, Source]);

        Assert.SkipWhen(run.ExitCode is 77 || run.Errors.Contains("unshare", StringComparison.Ordinal), "No file system can be mounted here.");
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("is full", run.Errors, StringComparison.Ordinal);
    }

    private Dictionary<string, string> Settings => new() { ["PIPELINE__MODELS"] = Store };

    private static List<JsonElement> Lines(CliRun run) =>
        [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    /// <summary>A folder with a program that runs a line of Bash, and a file of a model.</summary>
    private string Peer(string model, string script)
    {
        var folder = Path.Combine(_folder, $"peer-{Guid.NewGuid():N}");
        Directory.CreateDirectory(Path.Combine(folder, "models"));
        File.WriteAllText(Path.Combine(folder, "models", model), "");
        var program = Path.Combine(folder, "bench");
        File.WriteAllText(program, $"#!/bin/bash\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return folder;
    }

    private Task<CliRun> RunAsync(params string[] arguments) =>
        CliRun.StartAsync(Settings, _folder, null, ["models", .. arguments]);

    private Task<CliRun> EmbedAsync(string lines) => RunOnAsync(lines, "embed", "--model", "tiny");

    private Task<CliRun> RunOnAsync(string lines, params string[] arguments) =>
        CliRun.StartAsync(Settings, _folder, Encoding.UTF8.GetBytes(lines), ["models", .. arguments]);
}
