using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pipeline.Storage.Reports;
using Spectre.Console;

namespace Pipeline.Cli.Commands;

/// <summary><c>failures</c>: what failed, at which step, why; try again; what summaries get wrong.</summary>
internal static class FailuresCommand
{
    private static readonly JsonSerializerOptions s_json =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Command Create() =>
        new("failures", Say("What failed, at which step, why; try again.", "什么失败了、在哪一步、为什么；重试。")) { CreateList(), CreateRequeue(), FailureClassesCommand.Create() };

    private static Command CreateList()
    {
        var batch = new Option<string?>("--batch", "-b") { Description = Say("Batch id or name. Default: all.", "批次号或名称。默认：全部。"), HelpName = "B" };
        var json = new Option<bool>("--json") { Description = Say("One JSON object a line.", "每行一个 JSON 对象。") };
        var command = new Command("list", Say("List failures, newest batch first.", "列出失败，最新的批次在前。")) { batch, json };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var reports = new BatchReports(installation.DataSource);
            var batchId = await BatchIdAsync(reports, result.GetValue(batch), cancellationToken);
            var table = new Table().Border(TableBorder.Minimal)
                .AddColumns(Say("batch", "批次"), Say("line", "行"), "id", Say("step", "步骤"), Say("code", "代码"), Say("reason", "原因"));
            await foreach (var row in reports.FailuresAsync(batchId, afterLine: null, cancellationToken))
            {
                if (result.GetValue(json))
                {
                    Console.WriteLine(JsonSerializer.Serialize(row, s_json));
                }
                else
                {
                    table.AddRow(new[]
                    {
                        row.Batch, row.Line?.ToString(CultureInfo.InvariantCulture), row.Id, row.Recipe ?? row.Step, row.Code, Reason(row),
                    }.Select(cell => Markup.Escape(cell ?? "")).ToArray());
                }
            }

            if (!result.GetValue(json))
            {
                if (table.Rows.Count > 0)
                {
                    AnsiConsole.Write(table);
                }
                else
                {
                    Console.WriteLine(Say("nothing failed", "没有失败"));
                }
            }

            return ExitCode.Success;
        }));
        return command;
    }

    private static Command CreateRequeue()
    {
        var batch = new Option<string?>("--batch", "-b") { Description = Say("Batch id or name. Default: all.", "批次号或名称。默认：全部。"), HelpName = "B" };
        var command = new Command("requeue", Say(
            "Give failed work three fresh attempts. Lines refused at ingest have to be submitted again, corrected.",
            "让失败的工作重新获得三次机会。接收时被拒绝的行须改正后重新提交。")) { batch };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var reports = new BatchReports(installation.DataSource);
            var count = await reports.RequeueAsync(await BatchIdAsync(reports, result.GetValue(batch), cancellationToken), cancellationToken);
            Console.WriteLine(Say($"{count:N0} work items are pending again", $"{count:N0} 个工作项已重新排队"));
            return ExitCode.Success;
        }));
        return command;
    }

    // Why a text failed is said by the engine, in its language.
    private static string Reason(FailureRow row)
    {
        var reason = row.Reason ?? "";
        return row.Step == "ingest" ? Say(reason, RefusalReasons.Chinese(row.Code) ?? reason) : reason;
    }

    private static async Task<long?> BatchIdAsync(BatchReports reports, string? batch, CancellationToken cancellationToken) =>
        batch is null ? null : (await reports.FindAsync(batch, cancellationToken)).Id;
}
