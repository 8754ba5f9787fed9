using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pipeline.Storage.Reports;
using Spectre.Console;

namespace Pipeline.Cli.Commands;

/// <summary><c>failures</c>: what failed, at which step, why; try again.</summary>
internal static class FailuresCommand
{
    private static readonly JsonSerializerOptions s_json =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Command Create() =>
        new("failures", "What failed, at which step, why; try again.") { CreateList(), CreateRequeue() };

    private static Command CreateList()
    {
        var batch = new Option<string?>("--batch", "-b") { Description = "Batch id or name. Default: all.", HelpName = "B" };
        var json = new Option<bool>("--json") { Description = "One JSON object a line." };
        var command = new Command("list", "List failures, newest batch first.") { batch, json };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var reports = new BatchReports(installation.DataSource);
            var batchId = await BatchIdAsync(reports, result.GetValue(batch), cancellationToken);
            var table = new Table().Border(TableBorder.Minimal)
                .AddColumns("batch", "line", "id", "step", "code", "reason");
            await foreach (var row in reports.FailuresAsync(batchId, cancellationToken))
            {
                if (result.GetValue(json))
                {
                    Console.WriteLine(JsonSerializer.Serialize(row, s_json));
                }
                else
                {
                    table.AddRow(new[]
                    {
                        row.Batch, row.Line?.ToString(CultureInfo.InvariantCulture), row.Id, row.Recipe ?? row.Step, row.Code, row.Reason,
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
                    Console.WriteLine("nothing failed");
                }
            }

            return ExitCode.Success;
        }));
        return command;
    }

    private static Command CreateRequeue()
    {
        var batch = new Option<string?>("--batch", "-b") { Description = "Batch id or name. Default: all.", HelpName = "B" };
        var command = new Command("requeue", "Give failed work three fresh attempts. Lines refused at ingest have to be submitted again, corrected.") { batch };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var reports = new BatchReports(installation.DataSource);
            var count = await reports.RequeueAsync(await BatchIdAsync(reports, result.GetValue(batch), cancellationToken), cancellationToken);
            Console.WriteLine($"{count:N0} work items are pending again");
            return ExitCode.Success;
        }));
        return command;
    }

    private static async Task<long?> BatchIdAsync(BatchReports reports, string? batch, CancellationToken cancellationToken) =>
        batch is null ? null : (await reports.FindAsync(batch, cancellationToken)).Id;
}
