using System.CommandLine;
using Pipeline.Cli.Demo;
using Pipeline.Cli.Submission;
using Pipeline.Ingest;
using Pipeline.Ingest.Sources;
using Pipeline.Cli.Output;
using Pipeline.Storage.Reports;

namespace Pipeline.Cli.Commands;

/// <summary><c>demo</c>: the whole product on the sample backlog. The launcher starts the servers and services around it.</summary>
internal static class DemoCommand
{
    private static readonly string[] s_recipes = ["extractive", "extractive-title", "lead"];

    public static Command Create()
    {
        var file = new Option<string?>("--file") { Description = "Another backlog than the sample.", HelpName = "FILE" };
        var command = new Command("demo", "Take the sample backlog through the whole pipeline and show what came out.") { file };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var path = result.GetValue(file) ?? SampleBacklog.Find();
            await using var input = new SubmitInput(new FileInput(path), new SourceOptions(), Format: null, path + RejectsFile.Suffix);
            var request = new SubmitRequest(input, Batch: null, SourceName: null, Tenant: "default", s_recipes, "hashing");
            var submitted = await new Submitter(installation, TimeProvider.System)
                .SubmitAsync(request, new Reporter<LoadProgress>(_ => { }), cancellationToken);
            await Console.Error.WriteLineAsync(submitted.Resubmitted
                ? $"{submitted.Accepted} work orders, submitted before as batch {submitted.Batch} '{submitted.Name}'"
                : $"{submitted.Accepted} work orders accepted as batch {submitted.Batch} '{submitted.Name}' in {submitted.Seconds:0.0} s");
            var reports = new BatchReports(installation.DataSource);
            var rows = await new BatchWaiter(reports, new WorkerRegistry(installation.DataSource), TimeProvider.System).WaitAsync(submitted.Batch, cancellationToken);
            await new DemoReport(installation, reports).PrintAsync(submitted.Batch, submitted.Name, cancellationToken);
            return rows.Sum(row => row.Quarantined) + submitted.Rejected > 0 ? ExitCode.Failure : ExitCode.Success;
        }));
        return command;
    }
}
