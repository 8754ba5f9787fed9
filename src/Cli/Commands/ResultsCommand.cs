using System.CommandLine;
using Pipeline.Cli.Output;
using Pipeline.Cli.Results;
using Pipeline.Storage.Exports;
using Pipeline.Storage.Reports;

namespace Pipeline.Cli.Commands;

/// <summary><c>results</c>: one line per input line and recipe, in input order.</summary>
internal static class ResultsCommand
{
    private static readonly Dictionary<string, ResultFormat> s_formats = new()
    {
        ["csv"] = ResultFormat.Csv, ["jsonl"] = ResultFormat.JsonLines, ["parquet"] = ResultFormat.Parquet, ["openai"] = ResultFormat.OpenAi,
    };

    public static Command Create()
    {
        var batch = new Option<string>("--batch", "-b") { Description = Say("Batch id or name.", "批次号或名称。"), HelpName = "B", Required = true };
        var recipe = new Option<string?>("--recipe", "-r") { Description = Say("Only this recipe.", "只看此配方。"), HelpName = "R" };
        var format = new Option<string>("--format", "-f")
        {
            Description = Say("csv, jsonl, parquet, or openai (as the batch API of OpenAI writes it).", "csv、jsonl、parquet 或 openai（OpenAI 批处理接口的格式）。"), HelpName = string.Join('|', s_formats.Keys),
            DefaultValueFactory = _ => "csv",
        };
        format.AcceptOnlyFromAmong([.. s_formats.Keys]);
        var output = new Option<string>("--output", "-o")
        {
            Description = Say("File to write; replaced only when complete. Default: standard output.", "输出文件；写完才替换。默认：标准输出。"), HelpName = "FILE",
            DefaultValueFactory = _ => OutputTarget.StandardStream,
        };
        var errors = new Option<string?>("--errors")
        {
            Description = Say("Also write the lines without a result to this file; with --format openai they go there alone.", "把没有结果的行另写入此文件；--format openai 时只写在那里。"), HelpName = "FILE",
        };
        var raw = new Option<bool>("--raw-csv") { Description = Say(
            "In CSV, no apostrophe before texts that a spreadsheet would run as formulas.",
            "CSV 中不在会被电子表格当作公式的文本前加撇号。") };
        var provenance = new Option<bool>("--provenance")
        {
            Description = Say(
                "Also say where each result comes from: source, engine, model, hashes of recipe and embedder, ROUGE signature, time, tokens.",
                "同时说明每条结果的来历：来源、引擎、模型、配方与向量模型的哈希、ROUGE 签名、时间、词元数。"),
        };
        var statistics = new Option<bool>("--statistics")
        {
            Description = Say(
                "Also the text statistics of each summary: coverage, density, new and repeated words, numbers and facts, failure classes.",
                "同时给出每条摘要的文本统计：覆盖度、密度、新词与重复、数字与事实、失败类别。"),
        };
        var json = new Option<bool>("--json") { Description = Say("The same as --format jsonl.", "等同于 --format jsonl。") };
        var command = new Command("results", Say("Print the results of a batch.", "输出批次的结果。")) 
        {
            batch, recipe, format, output, errors, provenance, statistics, raw, json,
        };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var reports = new BatchReports(installation.DataSource);
            var row = await reports.FindAsync(result.GetRequiredValue(batch), cancellationToken);
            var chosen = result.GetValue(json) ? ResultFormat.JsonLines : s_formats[result.GetRequiredValue(format)];
            var (path, errorPath) = (result.GetRequiredValue(output), result.GetValue(errors));
            await CheckAsync(reports, row.Id, result.GetValue(recipe), chosen, cancellationToken);
            if (chosen == ResultFormat.Parquet && (path == OutputTarget.StandardStream || errorPath == OutputTarget.StandardStream))
            {
                throw new UsageException(Say("Parquet is written to a file; name it with --output.", "Parquet 须写入文件；请用 --output 指定。"));
            }

            if (errorPath is not null && Path.GetFullPath(errorPath) == Path.GetFullPath(path))
            {
                throw new UsageException(Say("--errors names the same file as --output; choose another.", "--errors 与 --output 是同一文件；请另选一个。"));
            }

            var isMeasured = result.GetValue(statistics);
            if ((result.GetValue(provenance) || isMeasured) && chosen == ResultFormat.OpenAi)
            {
                throw new UsageException(Say(
                    "The format of OpenAI has no place for --provenance and --statistics; choose csv, jsonl or parquet.",
                    "openai 格式没有 --provenance 和 --statistics 的位置；请选 csv、jsonl 或 parquet。"));
            }

            var columns = ResultColumn.Choose(result.GetValue(provenance), isMeasured);
            await using var main = ResultWriter.Create(path, chosen, columns, row.Id, result.GetValue(raw));
            await using var failed = errorPath is null ? null : ResultWriter.Create(errorPath, chosen, columns, row.Id, result.GetValue(raw));
            await foreach (var line in reports.ResultsAsync(row.Id, result.GetValue(recipe), isMeasured, cancellationToken))
            {
                var isError = chosen == ResultFormat.OpenAi ? !OpenAiResultText.HasResponse(line) : line.Error is not null;
                if (failed is not null && isError)
                {
                    await failed.WriteAsync(line);
                }

                if (failed is null || !isError || chosen != ResultFormat.OpenAi)
                {
                    await main.WriteAsync(line);
                }
            }

            await main.CompleteAsync();
            if (failed is not null)
            {
                await failed.CompleteAsync();
            }

            return ExitCode.Success;
        }));
        return command;
    }

    private static async Task CheckAsync(BatchReports reports, long batchId, string? recipe, ResultFormat format, CancellationToken cancellationToken)
    {
        if (recipe is null && format != ResultFormat.OpenAi)
        {
            return;
        }

        var recipes = (await reports.RecipesAsync(batchId, cancellationToken)).Select(entry => entry.Name).ToList();
        if (recipe is not null && !recipes.Contains(recipe))
        {
            throw new UsageException(Say(
                $"Batch {batchId} was not run with recipe '{recipe}', but with {string.Join(", ", recipes)}.",
                $"批次 {batchId} 没有用配方 '{recipe}' 处理，而是用 {string.Join("、", recipes)}。"));
        }

        if (recipe is null && recipes.Count > 1)
        {
            throw new UsageException(
                Say(
                    $"A batch file of OpenAI has one answer a line, and batch {batchId} has several recipes; choose with --recipe: {string.Join(", ", recipes)}.",
                    $"OpenAI 批处理文件每行一个答案，而批次 {batchId} 有多个配方；请用 --recipe 选择：{string.Join("、", recipes)}。"));
        }
    }
}
