using System.CommandLine;
using System.Text.Json;
using Pipeline.Cli.Status;
using Pipeline.ServiceDefaults;
using Pipeline.Storage.Reports;
using Spectre.Console;

namespace Pipeline.Cli.Commands;

/// <summary><c>status</c>: queues, workers, batches, rate and estimated time left.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var batch = new Option<string?>("--batch", "-b") { Description = Say("Only this batch (id or name). Default: the ten newest.", "只看此批次（批次号或名称）。默认：最新的十个。"), HelpName = "B" };
        var watch = new Option<bool>("--watch", "-w")
        {
            Description = Say(
                "Show it again and again: redrawn on a terminal, plain lines otherwise. Ends with Ctrl+C, and with --batch when that batch is finished.",
                "持续显示：终端上原地刷新，否则逐行输出。按 Ctrl+C 结束；指定 --batch 时该批次完成即结束。"),
        };
        var interval = new Option<double>("--interval")
        {
            Description = Say("Seconds between two looks with --watch. Default: 2 on a terminal, otherwise 5.", "--watch 的刷新间隔秒数。默认：终端上 2，否则 5。"), HelpName = "SECONDS",
        };
        interval.Validators.Add(result =>
        {
            if (result.TryGet<double>(out var given) && given is < 0.1 or > 86_400)
            {
                result.AddError(Say("--interval must lie between 0.1 and 86400 seconds.", "--interval 必须在 0.1 到 86400 秒之间。"));
            }
        });
        var json = new Option<bool>("--json") { Description = Say("Print one JSON object; with --watch one a line.", "输出一个 JSON 对象；与 --watch 合用时每行一个。") };
        var command = new Command("status", Say("Show queues, workers and batches, counted in the ledger at this moment.", "显示队列、工作进程和批次，按此刻的账目统计。")) { batch, watch, interval, json };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var reports = new BatchReports(installation.DataSource);
            long? batchId = result.GetValue(batch) is { } name ? (await reports.FindAsync(name, cancellationToken)).Id : null;
            await using var broker = new QueueTopology(installation.Broker);
            if (result.GetValue(watch))
            {
                var format = result.GetValue(json) ? StatusFormat.Json : Console.IsOutputRedirected ? StatusFormat.Plain : StatusFormat.Live;
                var seconds = result.GetValue(interval) is var given and > 0 ? given : format == StatusFormat.Live ? 2 : 5;
                await new StatusWatch(
                    token => StatusSnapshot.ReadAsync(installation, broker, batchId, token), Console.WriteLine, TimeSpan.FromSeconds(seconds), TimeProvider.System)
                    .RunAsync(format, status => batchId is not null && status.Batches.All(row => row.IsFinished), cancellationToken);
                return ExitCode.Success;
            }

            var snapshot = await StatusSnapshot.ReadAsync(installation, broker, batchId, cancellationToken);
            if (result.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(StatusJson.Of(snapshot), StatusJson.Options));
            }
            else
            {
                AnsiConsole.Write(StatusTables.All(snapshot));
            }

            return ExitCode.Success;
        }));
        return command;
    }
}
