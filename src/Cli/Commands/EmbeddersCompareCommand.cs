using System.CommandLine;
using System.Globalization;
using Pipeline.Cli.Embedders;
using Pipeline.Cli.Output;
using Pipeline.Inference.Recipes;
using Pipeline.Ingest.Sources;
using Pipeline.Storage.Embedders;
using Pipeline.Storage.Reports;
using Pipeline.TextMetrics.Statistics;
using Spectre.Console;

namespace Pipeline.Cli.Commands;

/// <summary><c>embedders compare</c>: retrieval and drift of two embedders on the same texts.</summary>
internal static class EmbeddersCompareCommand
{
    private const int DefaultDocuments = 500;
    private const int MaxDocuments = 20_000;

    public static Command Create()
    {
        var first = new Argument<string>("EMBEDDER_A") { Description = Say("What is compared with: today's embedder.", "比较的基准：目前的向量模型。") };
        var second = new Argument<string>("EMBEDDER_B") { Description = Say("What is compared.", "被比较的向量模型。") };
        var batch = new Option<string?>("--batch", "-b")
        {
            Description = Say("Sample this batch: find texts by their references, and compare cosines of texts and summaries.", "从此批次抽样：用参考摘要检索正文，并比较正文与摘要的余弦。"), HelpName = "B",
        };
        var pairs = new Option<string?>("--pairs")
        {
            Description = Say("CSV file with the columns query and text: what each query should find. Alone it needs no servers.", "含 query 和 text 列的 CSV 文件：每个查询应找到的文本。单独使用时不需要服务器。"),
            HelpName = "FILE",
        };
        var ks = new Option<string>("--k") { Description = Say("How many first hits recall looks at.", "召回率考察的前几名。"), HelpName = "N,N,...", DefaultValueFactory = _ => "1,5,10" };
        var documents = StabilityCommand.Whole("--documents", Say("Texts to draw from the batch.", "从批次抽取的文本数。"), DefaultDocuments, 1, MaxDocuments);
        var seed = new Option<int>("--seed") { Description = Say("Seed of the sample.", "抽样的种子。"), HelpName = "N", DefaultValueFactory = _ => BootstrapInterval.DefaultSeed };
        var json = new Option<bool>("--json") { Description = Say("Print one JSON object.", "输出一个 JSON 对象。") };
        var command = new Command("compare", Say(
            "How well each of two embedders finds what it should, and how similar it finds texts and summaries. Stored vectors are used, others made here.",
            "两个向量模型各自的检索质量，以及正文与摘要相似度的分布。使用已存的向量，其余在此生成。"))
        {
            first, second, batch, pairs, ks, documents, seed, json,
        };
        command.SetAction((result, cancellationToken) =>
        {
            var (name, file) = (result.GetValue(batch), result.GetValue(pairs));
            return name is null
                ? Engines.RunAsync(engines => RunAsync(engines, null, []))
                : CommandRunner.RunAsync(async installation =>
                {
                    var row = await new BatchReports(installation.DataSource).FindAsync(name, cancellationToken);
                    var samples = new EmbedderSamples(installation.DataSource);
                    return await RunAsync(
                        installation.Engines, samples, await samples.DrawAsync(row.Id, result.GetValue(documents), result.GetValue(seed), cancellationToken));
                });

            async Task<int> RunAsync(Engines engines, EmbedderSamples? stored, IReadOnlyList<SampledText> sample)
            {
                var limits = Limits(result.GetRequiredValue(ks));
                if (name is null && file is null)
                {
                    throw new UsageException(Say("Name a batch with --batch, or a file of pairs with --pairs.", "请用 --batch 指定批次，或用 --pairs 指定文件。"));
                }

                var tasks = new List<RetrievalTask>();
                if (sample.Any(text => text.References.Count > 0))
                {
                    tasks.Add(RetrievalTask.OfReferences(sample));
                }

                if (file is not null)
                {
                    tasks.Add(await RetrievalTask.OfFileAsync(file, cancellationToken));
                }

                var compared = await CompareAsync(
                    engines, [result.GetRequiredValue(first), result.GetRequiredValue(second)], stored, tasks, sample, limits, cancellationToken);
                Show(compared, result.GetValue(json));
                return ExitCode.Success;
            }
        });
        return command;
    }

    private static async Task<EmbedderComparison> CompareAsync(
        Engines engines, string[] names, EmbedderSamples? stored, IReadOnlyList<RetrievalTask> tasks, IReadOnlyList<SampledText> sample,
        IReadOnlyList<int> limits, CancellationToken cancellationToken)
    {
        using var display = new ProgressDisplay(TimeProvider.System);
        ComparedText[] texts =
        [
            .. sample.Select(text => new ComparedText(text.Text, text.Id)),
            .. sample.SelectMany(text => text.Summaries.Select(summary => new ComparedText(summary.Text, summary.Id))),
            .. tasks.SelectMany(task => task.Texts),
            .. tasks.SelectMany(task => task.Queries.Select(query => new ComparedText(query.Query))),
        ];
        VectorSource[] sources =
            [.. names.Select(name => new VectorSource(engines.Recipes.Find(name, RecipeStage.Embed), engines.Factory, stored, display))];
        foreach (var source in sources)
        {
            await source.LoadAsync(texts, cancellationToken);
        }

        var compared = EmbedderComparison.Of(sources[0], sources[1], tasks, sample, limits);
        return compared.Retrieval.Count + compared.Drift.Count > 0
            ? compared
            : throw new SourceException(Say(
                "There is nothing to compare on: no references, no summaries, or none that both can embed. Submit with --reference-column, or give --pairs.",
                "没有可比较的内容：没有参考摘要或摘要，或两者都无法向量化。请用 --reference-column 提交，或给出 --pairs。"));
    }

    private static void Show(EmbedderComparison compared, bool json)
    {
        if (json)
        {
            Console.WriteLine(Utf8Output.Json(writer => EmbedderOutput.Write(writer, compared)));
        }
        else
        {
            if (compared.Retrieval.Count > 0)
            {
                AnsiConsole.Write(EmbedderOutput.Retrieval(compared));
            }

            if (compared.Drift.Count > 0)
            {
                AnsiConsole.Write(EmbedderOutput.Drift(compared));
            }
        }

        EmbedderOutput.WriteWarnings(Console.Error, compared);
    }

    private static int[] Limits(string value)
    {
        var limits = value.Split(',', StringSplitOptions.TrimEntries)
            .Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var k) ? k : 0).Distinct().ToArray();
        return limits.All(k => k > 0)
            ? limits
            : throw new UsageException(Say($"--k must be whole numbers from 1, such as 1,5,10, not '{value}'.", $"--k 须为不小于 1 的整数，例如 1,5,10，而不是 '{value}'。"));
    }
}
