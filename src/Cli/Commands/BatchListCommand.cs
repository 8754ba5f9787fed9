using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Pipeline.Cli.Output;
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
        var newest = new Option<int>("--newest", "-n") { Description = "How many. Counting takes time in proportion to the batches.", HelpName = "N", DefaultValueFactory = _ => 20 };
        newest.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError("--newest must be at least 1.");
            }
        });
        var json = new Option<bool>("--json") { Description = "One JSON object a line." };
        var command = new Command("list", "List batches, newest first.") { newest, json };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var rows = await new BatchReports(installation.DataSource).ProgressAsync(batchId: null, result.GetValue(newest), cancellationToken);
            var batches = rows.GroupBy(row => row.BatchId).OrderByDescending(batch => batch.Key).Select(batch => batch.ToList()).ToList();
            if (result.GetValue(json))
            {
                foreach (var batch in batches)
                {
                    Console.WriteLine(JsonSerializer.Serialize(Entry(batch), StatusJson.Options));
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

    private static string State(List<BatchProgressRow> batch) =>
        batch[0].BatchState != "loaded" ? batch[0].BatchState : batch.All(row => row.IsFinished) ? "finished" : "running";

    private static object Entry(List<BatchProgressRow> batch) => new
    {
        Batch = batch[0].BatchId,
        Name = batch[0].Batch,
        State = State(batch),
        batch[0].CreatedAt,
        Percent = BatchProgress.Of(batch).Percent,
        batch[0].RejectedLines,
        batch[0].Accepted,
        batch[0].Duplicates,
        Recipes = batch.Select(row => new { row.Recipe, row.Pending, row.Running, row.Done, row.Rejected, row.Quarantined, row.Cancelled, row.Scored }),
    };

    private static Table Table(List<List<BatchProgressRow>> batches)
    {
        var table = new Table().Border(TableBorder.Minimal)
            .AddColumns("id", "batch", "submitted (UTC)", "recipes", "accepted", "refused", "done", "failed", "cancelled", "state", "progress");
        foreach (var batch in batches)
        {
            table.AddRow(
                N(batch[0].BatchId), Markup.Escape(batch[0].Batch),
                batch[0].CreatedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
                Markup.Escape(string.Join(", ", batch.Select(row => row.Recipe))), N(batch[0].Accepted), N(batch[0].RejectedLines),
                N(batch.Sum(row => row.Done)), N(batch.Sum(row => row.Rejected + row.Quarantined)), N(batch.Sum(row => row.Cancelled)),
                State(batch), BatchProgress.Of(batch).Percent is { } percent ? $"{percent} %" : "");
        }

        return batches.Count > 0 ? table : table.Caption("none yet; './pipeline submit FILE' makes one");
    }

    private static string N(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
