using System.CommandLine;
using System.Text.Json;
using Pipeline.Cli.Status;
using Pipeline.Storage;
using Pipeline.Storage.Batches;
using Pipeline.Storage.Reports;

namespace Pipeline.Cli.Commands;

/// <summary><c>batch cancel</c>: stops a batch's work that no other batch needs.</summary>
internal static class BatchCancelCommand
{
    public static Command Create()
    {
        var batch = new Argument<string>("BATCH") { Description = Say("Batch id or name.", "批次号或名称。") };
        var json = new Option<bool>("--json") { Description = Say("Print one JSON object.", "输出一个 JSON 对象。") };
        var command = new Command(
            "cancel",
            Say(
                "Stop a batch. What a worker has begun is finished, texts that another batch needs go on, results stay. Submitting the same file again goes on with it.",
                "停止批次。已开始的会做完，其他批次需要的文本继续，已有结果保留。重新提交同一文件可继续。"))
        {
            batch, json,
        };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var reports = new BatchReports(installation.DataSource);
            var row = await reports.FindAsync(result.GetRequiredValue(batch), cancellationToken);
            await using var lookups = PipelineDataSource.CreateForService(installation.Settings.Postgres, "pipeline-cancel");
            var outcome = await new BatchCanceller(lookups, reports, BatchCommand.Outages()).CancelAsync(row, cancellationToken);
            var rows = await reports.ProgressAsync(row.Id, newest: 0, cancellationToken);
            var (cancelled, open, done) = (rows.Sum(entry => entry.Cancelled), rows.Sum(entry => entry.Pending + entry.Running), rows.Sum(entry => entry.Done));
            if (result.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(
                    new { Batch = row.Id, row.Name, outcome.WasCancelled, outcome.WorkItems, Cancelled = cancelled, Open = open, Done = done },
                    StatusJson.Options));
            }
            else
            {
                Console.WriteLine(
                    $"{Say("batch", "批次")} {row.Id} '{row.Name}' {(outcome.WasCancelled ? Say("was cancelled before", "此前已取消") : Say("is cancelled", "已取消"))}: "
                    + Say(
                        $"of its lines {cancelled:N0} are cancelled, {open:N0} go on (begun, or needed by another batch), {done:N0} are done; results that exist stay",
                        $"其中 {cancelled:N0} 行取消，{open:N0} 行继续（已开始，或其他批次需要），{done:N0} 行已完成；已有的结果保留"));
            }

            return ExitCode.Success;
        }));
        return command;
    }
}
