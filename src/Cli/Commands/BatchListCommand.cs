using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Pipeline.Cli.Status;
using Pipeline.Storage.Reports;
using Pipeline.Storage.Rows;
using Spectre.Console;

namespace Pipeline.Cli.Commands;

/// <summary><c>batch list</c>: one row per batch, newest first.</summary>
internal static class BatchListCommand
{
    public static Command Create()
    {
        var newest = new Option<int>("--newest", "-n") { Description = Say("How many. Counting takes time in proportion to the batches.", "显示多少个。统计用时与批次数成正比。"), HelpName = "N", DefaultValueFactory = _ => 20 };
        newest.Validators.Add(result =>
        {
            if (result.TryGet<int>(out var given) && given < 1)
            {
                result.AddError(Say("--newest must be at least 1.", "--newest 至少为 1。"));
            }
        });
        var json = new Option<bool>("--json") { Description = Say("One JSON object a line.", "每行一个 JSON 对象。") };
        var command = new Command("list", Say("List batches, newest first.", "列出批次，最新的在前。")) { newest, json };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var rows = await new BatchReports(installation.DataSource).ProgressAsync(batchId: null, result.GetValue(newest), cancellationToken);
            var batches = rows.GroupBy(row => row.BatchId).OrderByDescending(batch => batch.Key).Select(batch => batch.ToList()).ToList();
            if (result.GetValue(json))
            {
                foreach (var batch in batches)
                {
                    Console.WriteLine(JsonSerializer.Serialize(BatchStatus.Of(batch), StatusJson.Options));
                }
            }
            else
            {
                AnsiConsole.Write(Table(batches));
            }

            return ExitCode.Success;
        }));
        return command;
    }

    private static Table Table(List<List<BatchProgressRow>> batches)
    {
        var table = new Table().Border(TableBorder.Minimal)
            .AddColumns(
                "id", Say("batch", "批次"), Say("submitted (UTC)", "提交时间 (UTC)"), Say("recipes", "配方"), Say("accepted", "接收"), Say("refused", "拒绝"),
                Say("done", "完成"), Say("failed", "失败"), Say("cancelled", "取消"), Say("state", "状态"), Say("progress", "进度"));
        foreach (var batch in batches)
        {
            table.AddRow(
                N(batch[0].BatchId), Markup.Escape(batch[0].Batch),
                batch[0].CreatedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
                Markup.Escape(string.Join(", ", batch.Select(row => row.Recipe))), N(batch[0].Accepted), N(batch[0].RejectedLines),
                N(batch.Sum(row => row.Done)), N(batch.Sum(row => row.Rejected + row.Quarantined)), N(batch.Sum(row => row.Cancelled)),
                BatchStatus.Of(batch).State, BatchProgress.Of(batch).Percent is { } percent ? $"{percent} %" : "");
        }

        return batches.Count > 0 ? table : table.Caption(Say("none yet; './pipeline submit FILE' makes one", "还没有批次；'./pipeline submit FILE' 可创建"));
    }

    private static string N(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
