using Pipeline.Testing;

namespace Pipeline.Cli.Tests.Commands;

public sealed class EmbeddersCommandTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>, IDisposable
{
    private const int Lines = 12;
    private readonly string _folder = Directory.CreateTempSubdirectory("embedders-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Two_embedders_are_compared_on_labelled_pairs_without_servers()
    {
        await ImportAsync();
        await WriteAsync("pairs.csv", ["query,text", .. Enumerable.Range(0, Lines).Select(i => $"{Word(i)}坏了,{Word(i)}出现故障，请派人维修{Word(i)}"), $"{Word(0)}坏了,{Word(0)}的另一处故障"]);

        var run = await WithoutServersAsync("embedders", "compare", "tiny", "hashing", "--pairs", "pairs.csv", "--k", "1,3", "--json");

        Assert.Equal((0, 0), (run.ExitCode, run.ExitCode == 0 ? 0 : run.Errors.Length));
        Assert.Equal(("tiny", "hashing"), (run.Json.GetProperty("a").GetString(), run.Json.GetProperty("b").GetString()));
        var rows = run.Json.GetProperty("retrieval").EnumerateArray().ToDictionary(row => row.GetProperty("measure").GetString()!);
        Assert.Equal(["mrr", "recall@1", "recall@3"], rows.Keys);

        // Characters find characters; one query has two texts to find, of which the first place holds one. Random weights find little.
        Assert.All(rows.Values, row => Assert.Equal((Lines, Lines + 1), (row.GetProperty("n").GetInt32(), row.GetProperty("texts").GetInt32())));
        Assert.Equal(1, rows["mrr"].GetProperty("mean_b").GetDouble());
        Assert.Equal((Lines - 0.5) / Lines, rows["recall@1"].GetProperty("mean_b").GetDouble(), 9);
        Assert.Equal(1, rows["recall@3"].GetProperty("mean_b").GetDouble());
        Assert.True(rows["mrr"].GetProperty("delta").GetDouble() > 0.3);
        Assert.True(rows["mrr"].GetProperty("significant").GetBoolean());
        Assert.Equal(0, run.Json.GetProperty("drift").GetArrayLength());
    }

    [Fact]
    public async Task A_batch_is_sampled_for_its_references_and_the_drift_of_its_recipes_and_stored_vectors_are_used()
    {
        await CreateAsync("sampled");

        // What is stored goes before what would be made: all texts and summaries point one way, so nothing is told apart.
        await database.DataSource.ExecuteAsync("""
            insert into pipeline.embeddings (recipe_id, text_id, vector)
            select distinct l.embedder_id, t.text_id, ('[' || repeat('1,', 1023) || '1]')::halfvec
            from pipeline.batch_lines l join pipeline.batches b on b.id = l.batch_id and b.name = 'sampled'
            cross join lateral (values (l.text_id), (l.summary_text_id)) t(text_id) on conflict do nothing
            """);
        await ImportAsync();

        var run = await RunAsync("embedders", "compare", "hashing", "tiny", "--batch", "sampled", "--documents", "12", "--json");

        Assert.Equal((0, 0), (run.ExitCode, run.ExitCode == 0 ? 0 : run.Errors.Length));
        var mrr = run.Json.GetProperty("retrieval")[0];
        Assert.Equal(("references", Lines), (mrr.GetProperty("queries").GetString(), mrr.GetProperty("texts").GetInt32()));
        Assert.Equal(1.0 / Lines, mrr.GetProperty("mean_a").GetDouble(), 6);
        var drift = run.Json.GetProperty("drift").EnumerateArray().ToDictionary(row => $"{row.GetProperty("recipe")} {row.GetProperty("embedder")}");
        Assert.Equal(["extractive hashing", "extractive tiny", "lead hashing", "lead tiny"], drift.Keys);
        Assert.Equal((Lines, 1.0), (drift["lead hashing"].GetProperty("n").GetInt32(), Math.Round(drift["lead hashing"].GetProperty("mean").GetDouble(), 3)));
        Assert.True(drift["lead tiny"].GetProperty("p05").GetDouble() <= drift["lead tiny"].GetProperty("p95").GetDouble());
        Assert.True(drift["lead tiny"].GetProperty("mean").GetDouble() < 0.9999);
    }

    [Fact]
    public async Task An_embedder_is_added_to_a_batch_and_switched_to_only_when_it_is_ready()
    {
        await CreateAsync("second");
        await ImportAsync();

        var added = await RunAsync("embedders", "add", "tiny", "--batch", "second", "--json");
        var early = await RunAsync("embedders", "switch", "tiny", "--batch", "second");
        await database.DataSource.ExecuteAsync("""
            update pipeline.work_items w set state = 'done' from pipeline.recipes r where r.id = w.recipe_id and r.name = 'tiny'
            """);
        await database.DataSource.ExecuteAsync("delete from pipeline.unscored");
        var switched = await RunAsync("embedders", "switch", "tiny", "--batch", "second");
        var listed = await RunAsync("embedders", "list", "--batch", "second", "--json");

        Assert.Equal((0, 1, 0, 0), (added.ExitCode, early.ExitCode, switched.ExitCode, listed.ExitCode));
        Assert.Contains("\"embedder\":\"tiny\",\"is_current\":false", added.Output, StringComparison.Ordinal);
        Assert.Contains("'tiny' is not ready", early.Errors, StringComparison.Ordinal);
        Assert.Contains("calibrate --batch", switched.Errors, StringComparison.Ordinal);
        Assert.Contains("\"embedder\":\"tiny\",\"is_current\":true", listed.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "Name a batch with --batch, or a file of pairs", "hashing", "hashing")]
    [InlineData(2, "--k must be whole numbers from 1", "hashing", "hashing", "--pairs", "pairs.csv", "--k", "0")]
    [InlineData(2, "nobody", "hashing", "nobody", "--pairs", "pairs.csv")]
    [InlineData(1, "faulty.csv, line 3: query and text must both have a value", "hashing", "hashing", "--pairs", "faulty.csv")]
    [InlineData(1, "faulty2.csv has no column 'text'", "hashing", "hashing", "--pairs", "faulty2.csv")]
    public async Task What_can_not_be_meant_is_refused(int code, string message, params string[] arguments)
    {
        await WriteAsync("pairs.csv", ["query,text", "水泵,水泵漏水"]);
        await WriteAsync("faulty.csv", ["query,text", "水泵,水泵漏水", "水泵,"]);
        await WriteAsync("faulty2.csv", ["query,other", "水泵,水泵漏水"]);

        var run = await WithoutServersAsync(["embedders", "compare", .. arguments]);

        Assert.Equal(code, run.ExitCode);
        Assert.Contains(message, run.Errors, StringComparison.Ordinal);
    }

    private static string Word(int i) => ((string[])["水泵", "电梯", "门禁", "空调", "路灯", "消防栓", "配电箱", "摄像头", "显示器", "打印机", "投影仪", "热水器"])[i];

    private async Task CreateAsync(string batch)
    {
        await SummarizedBatch.CreateAsync(database, _folder, batch, Enumerable.Range(0, Lines).Select(i => ($"{batch} {Word(i)}出现故障，请派人维修", $"{batch} {Word(i)}坏了")));
    }

    private async Task ImportAsync()
    {
        TinyBert.Create().WriteTo(Path.Combine(_folder, "tiny"));
        var imported = await WithoutServersAsync("models", "import", "tiny");
        Assert.Equal((0, ""), (imported.ExitCode, imported.ExitCode == 0 ? "" : imported.Errors));
    }

    private Task WriteAsync(string name, IEnumerable<string> lines) => File.WriteAllLinesAsync(Path.Combine(_folder, name), lines, Token);

    private Task<CliRun> RunAsync(params string[] arguments) => CliRun.StartAsync(
        new Dictionary<string, string>(Store) { ["PIPELINE__POSTGRES"] = database.ConnectionString, ["PIPELINE__RABBITMQ"] = "amqp://nobody:nothing@127.0.0.1:1/" },
        _folder, input: null, arguments);

    private Task<CliRun> WithoutServersAsync(params string[] arguments) => CliRun.StartAsync(
        new Dictionary<string, string>(Store) { ["PIPELINE__POSTGRES"] = "", ["PIPELINE__RABBITMQ"] = "" }, _folder, input: null, arguments);

    private Dictionary<string, string> Store => new() { ["PIPELINE__MODELS"] = Path.Combine(_folder, "store") };
}
