using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Pipeline.Cli.Status;
using Pipeline.Storage.Reports;
using Spectre.Console;

namespace Pipeline.Cli.Commands;

/// <summary><c>failures classes</c>: what recipes get wrong too often, and the parameter against it.</summary>
internal static class FailureClassesCommand
{
    public static Command Create()
    {
        var batch = new Option<string?>("--batch", "-b") { Description = Say("Batch id or name. Default: all summaries.", "批次号或名称。默认：全部摘要。"), HelpName = "B" };
        var recipe = new Option<string?>("--recipe", "-r") { Description = Say("Only this recipe.", "只看此配方。"), HelpName = "R" };
        var json = new Option<bool>("--json") { Description = Say("One JSON object a line.", "每行一个 JSON 对象。") };
        var command = new Command("classes", Say(
            "How often summaries leave out events or causes or change abbreviations or numbers, and what a recipe can do about it.",
            "摘要遗漏事件、遗漏原因、改动缩写或数字的频率，以及配方的对策。")) { batch, recipe, json };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            long? batchId = result.GetValue(batch) is { } name
                ? (await new BatchReports(installation.DataSource).FindAsync(name, cancellationToken)).Id
                : null;
            var rows = await new FailureClassReports(installation.DataSource).ListAsync(batchId, result.GetValue(recipe), cancellationToken);
            if (rows.Count == 0 && result.GetValue(recipe) is { } wanted)
            {
                throw new UsageException(Say(
                    $"There is no scored summary by recipe '{wanted}'; without --recipe all are shown.",
                    $"没有配方 '{wanted}' 的已评分摘要；不加 --recipe 可查看全部。"));
            }

            if (result.GetValue(json))
            {
                foreach (var row in rows)
                {
                    Console.WriteLine(JsonSerializer.Serialize(row, StatusJson.Options));
                }
            }
            else
            {
                Print(rows);
            }

            return ExitCode.Success;
        }));
        return command;
    }

    private static void Print(IReadOnlyList<FailureClassRow> rows)
    {
        if (rows.Count == 0)
        {
            Console.WriteLine(Say("no summary is scored yet", "尚无已评分的摘要"));
            return;
        }

        var table = new Table().Border(TableBorder.Minimal).AddColumns(
            Say("recipe", "配方"), Say("class", "类别"), Say("summaries", "摘要数"), Say("at risk", "有风险"), Say("failed", "失败数"), "%",
            Say("95 % interval", "95 % 区间"), Say("cure", "对策"));
        foreach (var row in rows)
        {
            table.AddRow(
                Markup.Escape(row.Recipe), row.FailureClass, Count(row.Summaries), Count(row.AtRisk), Count(row.Failed), Percent(row.Rate),
                $"{Percent(row.RateLow)} … {Percent(row.RateHigh)}", Markup.Escape(Cure(row)));
        }

        AnsiConsole.Write(table);
        Console.WriteLine(Say(
            $"A cure is named where at least {rows[0].SummariesNeeded} summaries are scored and the whole interval is above {Percent(rows[0].RateLimit)} %.",
            $"已评分摘要不少于 {rows[0].SummariesNeeded} 条且区间整体高于 {Percent(rows[0].RateLimit)} % 时给出对策。"));
    }

    private static string Cure(FailureClassRow row) => (row.IsFrequent, row.CureState) switch
    {
        (false, _) => "",
        (_, "in-force") => Say($"{row.Cure} is in force: try another prompt or model", $"{row.Cure} 已启用：请尝试其他提示或模型"),
        (_, "other-engine") => Say($"a recipe on a model with {row.Cure}", $"改用带 {row.Cure} 的模型配方"),
        _ => row.Cure,
    };

    private static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture);
}
