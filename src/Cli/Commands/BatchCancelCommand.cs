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
        var batch = new Argument<string>("BATCH") { Description = "Batch id or name." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new Command(
            "cancel",
            "Stop a batch. What a worker has begun is finished, texts that another batch needs go on, results stay. Submitting the same file again goes on with it.")
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
                    $"batch {row.Id} '{row.Name}' {(outcome.WasCancelled ? "was cancelled before" : "is cancelled")}: "
                    + $"{cancelled:N0} summaries are cancelled, {open:N0} go on (begun, or needed by another batch), {done:N0} are done");
            }

            return ExitCode.Success;
        }));
        return command;
    }
}
