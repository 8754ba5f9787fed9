using System.CommandLine;
using System.Globalization;
using Pipeline.Cli.Comparison;
using Pipeline.Ingest.Sources;
using Pipeline.Scoring.Comparison;
using Pipeline.Storage;
using Pipeline.Storage.Reports;
using Pipeline.TextMetrics.Statistics;
using Spectre.Console;

namespace Pipeline.Cli.Commands;

/// <summary><c>compare</c>: two recipes on the same documents, or two columns of a CSV file.</summary>
internal static class CompareCommand
{
    // One point of ROUGE: what is said about sample sizes refers to it where no other difference is given.
    private const double OnePoint = 0.01;

    public static Command Create()
    {
        var first = new Argument<string?>("RECIPE_A") { Description = Say("What is compared with: today's recipe.", "比较的基准：目前的配方。"), Arity = ArgumentArity.ZeroOrOne };
        var second = new Argument<string?>("RECIPE_B") { Description = Say("What is compared.", "被比较的配方。"), Arity = ArgumentArity.ZeroOrOne };
        var batch = new Option<string?>("--batch", "-b") { Description = Say("Batch id or name that both recipes have summarised.", "两个配方都处理过的批次号或名称。"), HelpName = "B" };
        var scores = new Option<string?>("--scores") { Description = Say("Compare the columns a and b of this CSV file instead; no servers are needed.", "改为比较此 CSV 文件的 a、b 两列；不需要服务器。"), HelpName = "FILE" };
        var metrics = new Option<string[]>("--metric")
        {
            Description = Say($"Any of {Metric.Names}. Default: ROUGE with references, otherwise cosine, compression and coverage.", $"可选：{Metric.Names}。默认：有参考摘要时为 ROUGE，否则为 cosine、compression 和 coverage。"),
            HelpName = "M,...", AllowMultipleArgumentsPerToken = true,
        };
        var slices = new Option<string[]>("--slice")
        {
            Description = Say(
                "Also compare on parts: short (references of at most 50 characters), length (by the text's length), category (with --categories).",
                "另外分组比较：short（参考摘要不超过 50 字）、length（按正文长度）、category（需 --categories）。"),
            HelpName = "all|short|length|category", AllowMultipleArgumentsPerToken = true,
        };
        var categories = new Option<string?>("--categories") { Description = Say("CSV file with the columns id and category, for --slice category.", "含 id 和 category 列的 CSV 文件，用于 --slice category。"), HelpName = "FILE" };
        var column = new Option<string>("--category-column") { Description = Say("Another name of the column category.", "category 列的其他名称。"), HelpName = "C", DefaultValueFactory = _ => "category" };
        var signature = new Option<string?>("--signature") { Description = Say("ROUGE signature to compare under, when there are several.", "有多个 ROUGE 签名时，按此签名比较。"), HelpName = "S" };
        var gate = new Option<bool>("--gate") { Description = Say("Exit with 1 when B is significantly worse.", "B 显著更差时以 1 退出。") };
        var minDrop = new Option<double?>("--min-drop") { Description = Say("With --gate, let smaller drops pass; in the unit of the scores: 0.01 is one ROUGE point.", "与 --gate 合用：放过更小的下降；单位同分数：0.01 为 1 个 ROUGE 点。"), HelpName = "X" };
        var seed = new Option<int>("--seed") { Description = Say("Seed of the resampling.", "重采样的种子。"), HelpName = "N", DefaultValueFactory = _ => BootstrapInterval.DefaultSeed };
        var json = new Option<bool>("--json") { Description = Say("Print one JSON object.", "输出一个 JSON 对象。") };
        var command = new Command("compare", Say(
            "Compare two recipes on the documents that both have summarised: paired differences with intervals and p.",
            "在两个配方都处理过的文档上比较：成对差异、区间和 p 值。"))
        {
            first, second, batch, scores, metrics, slices, categories, column, signature, gate, minDrop, seed, json,
        };
        command.SetAction((result, cancellationToken) =>
        {
            // A file needs no servers, so not their settings either.
            return result.GetValue(scores) is { } file
                ? Engines.RunAsync(async _ => Report(result, Drop(result), await FileAsync(result, file)))
                : CommandRunner.RunAsync(async installation => Report(
                    result, Drop(result) ?? (result.GetValue(gate) ? null : OnePoint), await BatchAsync(result, installation)));

            async Task<Compared> FileAsync(ParseResult given, string path) => given.GetValue(first) is null && given.GetValue(batch) is null
                ? await OfFileAsync(path, given.GetValue(seed), cancellationToken)
                : throw new UsageException(Say("--scores compares a file; leave out recipes and --batch.", "--scores 比较文件；请去掉配方和 --batch。"));

            async Task<Compared> BatchAsync(ParseResult given, Installation installation)
            {
                var (wanted, a, b) = (
                    Required(given.GetValue(batch), "--batch"), Required(given.GetValue(first), "RECIPE_A"), Required(given.GetValue(second), "RECIPE_B"));
                var found = await new BatchReports(installation.DataSource).FindAsync(wanted, cancellationToken);
                var request = new BatchComparisonRequest(found.Id, found.Name, a, b)
                {
                    Metrics = Names(given.GetValue(metrics)),
                    Slices = Names(given.GetValue(slices)),
                    Categories = await CategoriesAsync(given.GetValue(categories), given.GetRequiredValue(column), cancellationToken),
                    Signature = given.GetValue(signature),
                    Seed = given.GetValue(seed),
                };
                var compared = await new BatchComparison(installation.DataSource).RunAsync(request, cancellationToken);
                return compared.Rows.Count > 0 ? compared : throw new PipelineStorageException(Say(
                    $"Nothing of batch '{found.Name}' has these scores under both recipes yet; './pipeline status' shows how far it is.",
                    $"批次 '{found.Name}' 中还没有在两个配方下都有这些分数的文档；'./pipeline status' 可看进度。"));
            }
        });
        return command;

        double? Drop(ParseResult given) => given.GetValue(minDrop) is not { } drop || drop is > 0 and < double.PositiveInfinity
            ? given.GetValue(minDrop)
            : throw new UsageException(Say("--min-drop must be above 0, such as 0.01.", "--min-drop 必须大于 0，例如 0.01。"));

        int Report(ParseResult given, double? difference, Compared compared) =>
            Show(compared, given.GetValue(seed), given.GetValue(minDrop), difference, given.GetValue(gate), given.GetValue(json));
    }

    private static int Show(Compared compared, int seed, double? minDrop, double? difference, bool gate, bool json)
    {
        if (gate && !compared.Rows.Any(row => row.IsHigherBetter))
        {
            throw new UsageException(Say(
                "--gate needs a metric where higher is better: a ROUGE or cosine. The others only describe.",
                "--gate 需要数值越高越好的指标：ROUGE 或 cosine。其他指标只作描述。"));
        }

        var worse = compared.Rows.Where(row => row.IsWorse(minDrop ?? 0)).ToList();
        var tooFew = compared.Rows.Where(row => row.Slice == Slices.All && row.Result.Count < PairedTest.MinimumCount).ToList();
        if (json)
        {
            Console.WriteLine(Utf8Output.Json(writer =>
            {
                if (compared.IsFile)
                {
                    ComparisonOutput.WriteRow(writer, compared.Rows[0], difference);
                }
                else
                {
                    writer.WriteNumber("batch", compared.Batch);
                    writer.WriteString("a", compared.A);
                    writer.WriteString("b", compared.B);
                    writer.WriteString("rouge_signature", compared.Signature);
                    writer.WriteStartArray("comparisons");
                    foreach (var row in compared.Rows)
                    {
                        writer.WriteStartObject();
                        ComparisonOutput.WriteRow(writer, row, difference);
                        writer.WriteEndObject();
                    }

                    writer.WriteEndArray();
                }

                writer.WriteNumber("seed", seed);
                writer.WriteNumber("resamples", compared.Resamples);
                if (gate)
                {
                    writer.WriteBoolean("gate_passed", worse.Count == 0 && tooFew.Count == 0);
                }
            }));
        }
        else
        {
            AnsiConsole.Write(ComparisonOutput.Table(compared.Rows, compared.A, compared.B));
            Console.WriteLine(compared.Signature ?? "");
        }

        ComparisonOutput.WriteWarnings(Console.Error, compared.Rows, difference);
        if (!gate)
        {
            return ExitCode.Success;
        }

        foreach (var row in worse)
        {
            Console.Error.WriteLine(Say(
                $"gate: {compared.B} is worse than {compared.A} in {row.Metric} ({row.Slice}) by {-row.Result.Delta.Mean:0.####}, p {row.HolmP:0.####}",
                $"门禁：{compared.B} 的 {row.Metric}（{row.Slice}）比 {compared.A} 低 {-row.Result.Delta.Mean:0.####}，p {row.HolmP:0.####}"));
        }

        if (tooFew.Count > 0)
        {
            Console.Error.WriteLine(Say(
                $"gate: nothing can be told from {tooFew[0].Result.Count} pairs; at least {PairedTest.MinimumCount} are needed",
                $"门禁：{tooFew[0].Result.Count} 对无法判断；至少需要 {PairedTest.MinimumCount} 对"));
        }

        return worse.Count + tooFew.Count > 0 ? ExitCode.Failure : ExitCode.Success;
    }

    private static async Task<Compared> OfFileAsync(string file, int seed, CancellationToken cancellationToken)
    {
        var table = await CsvTable.ReadAsync(file, ["a", "b"], cancellationToken);
        if (table.Rows.Count == 0)
        {
            throw new SourceException(Say($"{table.Name} has no scores below its header.", $"{table.Name} 的表头之下没有分数。"));
        }

        var (a, b) = (new double[table.Rows.Count], new double[table.Rows.Count]);
        for (var i = 0; i < a.Length; i++)
        {
            (a[i], b[i]) = (Score(table, i, 0), Score(table, i, 1));
        }

        return new Compared(
            ComparisonRow.Correct([new ComparisonRow(Slices.All, "score", IsHigherBetter: true, PairedTest.Compare(a, b, seed: seed), HolmP: 1)]), "a", "b", null, 0)
        {
            Resamples = PairedTest.DefaultResamples,
        };
    }

    private static async Task<IReadOnlyDictionary<string, string>?> CategoriesAsync(string? file, string column, CancellationToken cancellationToken)
    {
        if (file is null)
        {
            return null;
        }

        var categories = new Dictionary<string, string>();
        foreach (var row in (await CsvTable.ReadAsync(file, ["id", column], cancellationToken)).Rows)
        {
            categories[row.Values[0].Trim()] = row.Values[1].Trim();
        }

        return categories;
    }

    private static double Score(CsvTable table, int row, int column)
    {
        var text = table.Rows[row].Values[column];
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var score) && double.IsFinite(score)
            ? score
            : throw new SourceException(Say(
                $"{table.Name}, line {table.Rows[row].Line}: '{text}' in column {"ab"[column]} is not a number. A pair without both scores has to be left out.",
                $"{table.Name} 第 {table.Rows[row].Line} 行：{"ab"[column]} 列的 '{text}' 不是数字。缺少分数的行须删去。"));
    }

    private static string Required(string? value, string name) => value
        ?? throw new UsageException(Say(
            $"{name} is missing: './pipeline compare RECIPE_A RECIPE_B --batch B', or './pipeline compare --scores FILE'.",
            $"缺少 {name}：'./pipeline compare RECIPE_A RECIPE_B --batch B' 或 './pipeline compare --scores FILE'。"));

    private static string[] Names(string[]? values) =>
        [.. (values ?? []).SelectMany(value => value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
}
