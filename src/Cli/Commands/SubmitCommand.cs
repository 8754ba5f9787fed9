using System.CommandLine;
using System.Text.Json;
using Pipeline.Cli.Output;
using Pipeline.Cli.Submission;
using Pipeline.Ingest;
using Pipeline.Storage.Reports;

namespace Pipeline.Cli.Commands;

/// <summary><c>submit</c>: takes a file into the pipeline.</summary>
internal static class SubmitCommand
{
    public static Command Create()
    {
        var inputs = new SubmitInputOptions();
        var recipes = new Option<string[]>("--recipe", "-r")
        {
            Description = "Recipe to summarise with, or an imported model; may be repeated. Default: extractive.", HelpName = "R", AllowMultipleArgumentsPerToken = true,
        };
        var embedder = new Option<string>("--embedder") { Description = "Embedder for texts and summaries: a recipe or an imported model.", HelpName = "E", DefaultValueFactory = _ => "hashing" };
        var batch = new Option<string?>("--batch") { Description = "Name of the batch. Default: the source.", HelpName = "NAME" };
        var source = new Option<string?>("--source") { Description = "Where the documents come from; part of their identity. Default: the name of the file or table.", HelpName = "NAME" };
        var tenant = new Option<string>("--tenant") { Description = "Owner of the documents.", HelpName = "NAME", DefaultValueFactory = _ => "default" };
        var wait = new Option<bool>("--wait") { Description = "Wait until everything is summarised, embedded and scored." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new Command("submit", "Submit a backlog. The same content with the same options is the same batch: resubmitting is harmless.")
        {
            recipes, embedder, batch, source, tenant, wait, json,
        };
        inputs.AddTo(command);
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            using var display = new ProgressDisplay(TimeProvider.System);
            await using var input = await inputs.OpenAsync(result, display, cancellationToken);
            var request = new SubmitRequest(
                input,
                result.GetValue(batch),
                result.GetValue(source),
                result.GetRequiredValue(tenant),
                result.GetValue(recipes) is { Length: > 0 } chosen ? chosen : ["extractive"],
                result.GetRequiredValue(embedder));
            return await RunAsync(installation, request, display, result.GetValue(wait), result.GetValue(json), cancellationToken);
        }));
        return command;
    }

    private static async Task<int> RunAsync(
        Installation installation, SubmitRequest request, ProgressDisplay display, bool wait, bool json, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        var started = time.GetTimestamp();
        var progress = new Reporter<LoadProgress>(load => display.Show(
            $"loading  {load.Accepted + load.Rejected:N0} lines  {(load.Accepted + load.Rejected) / time.GetElapsedTime(started).TotalSeconds:N0} lines/s"));
        var submitted = await new Submitter(installation, time).SubmitAsync(request, progress, cancellationToken);
        display.Dispose();
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(submitted));
        }
        else
        {
            Console.WriteLine(submitted.Batch);
            Describe(submitted);
        }

        var failed = 0L;
        if (wait)
        {
            var rows = await new BatchWaiter(new BatchReports(installation.DataSource), new WorkerRegistry(installation.DataSource), time).WaitAsync(submitted.Batch, cancellationToken);
            failed = rows.Sum(row => row.Rejected + row.Quarantined);
            if (rows.Sum(row => row.Cancelled) is var cancelled and > 0)
            {
                await Console.Error.WriteLineAsync($"the batch was cancelled: {cancelled:N0} were not done; submitting it again goes on with it");
                failed += cancelled;
            }
            else if (failed > 0)
            {
                await Console.Error.WriteLineAsync($"{failed:N0} ended without a result; see './pipeline failures list --batch {submitted.Batch}'");
            }
        }

        return submitted.Rejected + failed > 0 ? ExitCode.Failure : ExitCode.Success;
    }

    private static void Describe(SubmitResult submitted)
    {
        var seconds = Math.Max(submitted.Seconds, 0.001);
        Console.Error.WriteLine(submitted.Resubmitted
            ? $"batch {submitted.Batch} '{submitted.Name}' was submitted before: {submitted.Accepted:N0} accepted, {submitted.Rejected:N0} rejected; nothing changed"
            : $"batch {submitted.Batch} '{submitted.Name}': {submitted.Accepted:N0} accepted ({submitted.Duplicates:N0} known before), "
                + $"{submitted.Rejected:N0} rejected, {submitted.Seconds:0.0} s, {(submitted.Accepted + submitted.Rejected) / seconds:N0} lines/s");
        if (submitted.ReplacedCharacters > 0)
        {
            Console.Error.WriteLine($"{submitted.ReplacedCharacters:N0} NUL characters or lone surrogates were replaced by U+FFFD");
        }

        if (submitted.RejectsFile is { } rejects)
        {
            Console.Error.WriteLine($"refused lines, with numbers and reasons: {rejects}");
        }
    }
}
