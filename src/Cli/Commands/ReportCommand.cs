using System.CommandLine;
using System.Globalization;
using System.Text;
using Pipeline.Cli.Output;
using Pipeline.Cli.Reports;
using Pipeline.Scoring.Comparison;
using Spectre.Console;

namespace Pipeline.Cli.Commands;

/// <summary><c>report</c>: the article's table for the recipes of a batch.</summary>
internal static class ReportCommand
{
    private const string Terminal = "table";
    private static readonly string[] s_formats = [Terminal, "markdown", "csv", "json"];

    public static Command Create()
    {
        var batch = new Option<string>("--batch", "-b") { Description = Say("Batch id or name.", "批次号或名称。"), HelpName = "B", Required = true };
        var recipes = new Option<string[]>("--recipe", "-r")
        {
            Description = Say("Only these recipes, in this order. Default: all of the batch.", "仅这些配方，按此顺序。默认：批次的全部配方。"), HelpName = "R", AllowMultipleArgumentsPerToken = true,
        };
        var lengths = new Option<bool>("--lengths") { Description = Say("Also by the length of the text.", "另按正文长度分组。") };
        var signature = new Option<string?>("--signature") { Description = Say("ROUGE signature, when there are several.", "有多个 ROUGE 签名时，选择其一。"), HelpName = "S" };
        var format = new Option<string>("--format", "-f")
        {
            Description = Say("For people: table, markdown. For programs: csv, json.", "供人阅读：table、markdown；供程序使用：csv、json。"), HelpName = string.Join('|', s_formats), DefaultValueFactory = _ => Terminal,
        };
        format.AcceptOnlyFromAmong(s_formats);
        var output = new Option<string>("--output", "-o")
        {
            Description = Say("File to write; replaced only when complete. Default: standard output.", "输出文件；写完才替换。默认：标准输出。"), HelpName = "FILE",
            DefaultValueFactory = _ => OutputTarget.StandardStream,
        };
        var json = new Option<bool>("--json") { Description = Say("The same as --format json.", "等同于 --format json。") };
        var command = new Command("report", Say(
            "The table of a batch by recipe: ROUGE with intervals, seconds per document, compression, information density; short summaries apart.",
            "批次按配方的对照表：带区间的 ROUGE、每篇秒数、压缩比、信息密度；短摘要另列。"))
        {
            batch, recipes, lengths, signature, format, output, json,
        };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var (chosen, path) = (result.GetValue(json) ? "json" : result.GetRequiredValue(format), result.GetRequiredValue(output));
            if (chosen == Terminal && path != OutputTarget.StandardStream)
            {
                throw new UsageException(Say("A file needs --format markdown, csv or json.", "写入文件须指定 --format markdown、csv 或 json。"));
            }

            var table = await new TableBuilder(installation.DataSource).BuildAsync(
                result.GetRequiredValue(batch), result.GetValue(recipes) ?? [], result.GetValue(lengths) ? [Slices.ShortReferences, Slices.Length] : [Slices.ShortReferences],
                result.GetValue(signature), cancellationToken);
            if (chosen == Terminal)
            {
                AnsiConsole.Write(TableText.Table(table));
            }
            else
            {
                using var target = OutputTarget.Open(path);
                target.Stream.Write(Encoding.UTF8.GetBytes(chosen switch
                {
                    "markdown" => TableText.Markdown(table),
                    "csv" => TableText.Csv(table),
                    _ => TableText.Json(table) + "\n",
                }));
                target.Commit();
            }

            Warn(table);
            return ExitCode.Success;
        }));
        return command;
    }

    /// <summary>Shows the table of a batch with all its recipes.</summary>
    public static async Task ShowAsync(Installation installation, long batch, bool json, CancellationToken cancellationToken)
    {
        var table = await new TableBuilder(installation.DataSource).BuildAsync(
            batch.ToString(CultureInfo.InvariantCulture), [], [Slices.ShortReferences], wantedSignature: null, cancellationToken);
        if (json)
        {
            Console.WriteLine(TableText.Json(table));
        }
        else
        {
            AnsiConsole.Write(TableText.Table(table));
        }

        Warn(table);
    }

    // What the table does not cover.
    private static void Warn(BatchTable table)
    {
        if (table.Unfinished.Count > 0)
        {
            Console.Error.WriteLine(Say(
                $"not every line is summarised by {string.Join(", ", table.Unfinished)}; the table covers the {table.Rows[0].Documents:N0} documents that all recipes have",
                $"{string.Join("、", table.Unfinished)} 尚未处理完所有行；本表只含所有配方都已处理的 {table.Rows[0].Documents:N0} 篇文档"));
        }

        if (table.Signature is null)
        {
            Console.Error.WriteLine(Say(
                "no ROUGE: the batch was submitted without --reference-column, or its scores are not there yet",
                "没有 ROUGE：批次提交时未指定 --reference-column，或尚未评分"));
        }
    }
}
