using System.CommandLine;
using Pipeline.Cli.Output;
using Pipeline.Storage.Reports;

namespace Pipeline.Cli.Commands;

/// <summary><c>results</c>: one line per input line and recipe, in input order.</summary>
internal static class ResultsCommand
{
    public static Command Create()
    {
        var batch = new Option<string>("--batch", "-b") { Description = "Batch id or name.", HelpName = "B", Required = true };
        var recipe = new Option<string?>("--recipe", "-r") { Description = "Only this recipe.", HelpName = "R" };
        var format = new Option<string>("--format", "-f") { Description = "csv or jsonl.", HelpName = "csv|jsonl", DefaultValueFactory = _ => "csv" };
        format.AcceptOnlyFromAmong("csv", "jsonl");
        var output = new Option<string?>("--output", "-o") { Description = "File to write; replaced only when complete. Default: standard output.", HelpName = "FILE" };
        var errors = new Option<string?>("--errors") { Description = "Also write the lines without a result to this file.", HelpName = "FILE" };
        var json = new Option<bool>("--json") { Description = "The same as --format jsonl." };
        var command = new Command("results", "Print the results of a batch.") { batch, recipe, format, output, errors, json };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var reports = new BatchReports(installation.DataSource);
            var row = await reports.FindAsync(result.GetRequiredValue(batch), cancellationToken);
            if (result.GetValue(recipe) is { } name)
            {
                var progress = await reports.ProgressAsync(row.Id, newest: 0, cancellationToken);
                if (progress.All(entry => entry.Recipe != name))
                {
                    throw new UsageException(
                        $"Batch {row.Id} was not run with recipe '{name}', but with {string.Join(", ", progress.Select(entry => entry.Recipe))}.");
                }
            }

            var asJson = result.GetValue(json) || result.GetRequiredValue(format) == "jsonl";
            await using var main = ResultFile.Create(result.GetValue(output), asJson);
            await using var failed = result.GetValue(errors) is { } path ? ResultFile.Create(path, asJson) : null;
            await foreach (var line in reports.ResultsAsync(row.Id, result.GetValue(recipe), cancellationToken))
            {
                await main.WriteAsync(line);
                if (failed is not null && line.Error is not null)
                {
                    await failed.WriteAsync(line);
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
}
