using System.CommandLine;
using System.Text.Json;
using Pipeline.Cli.Output;
using Pipeline.Cli.Submission;
using Pipeline.Ingest;
using Pipeline.Ingest.Sources;
using Pipeline.Storage.Reports;

namespace Pipeline.Cli.Commands;

/// <summary><c>submit</c>: takes a file into the pipeline.</summary>
internal static class SubmitCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "CSV, TSV or JSON Lines (.csv, .tsv, .jsonl, .ndjson), also as .gz or .zst; - is standard input." };
        var text = new Option<string?>("--text-column") { Description = "Column with the text. Default: text, content, 内容, ...", HelpName = "C" };
        var id = new Option<string?>("--id-column") { Description = "Column with the id. Default: id, ticket_id, 工单编号, ...", HelpName = "C" };
        var reference = new Option<string?>("--reference-column") { Description = "Column with a human summary to score against.", HelpName = "C" };
        var recipes = new Option<string[]>("--recipe", "-r")
        {
            Description = "Recipe to summarise with, or an imported model; may be repeated. Default: extractive.", HelpName = "R", AllowMultipleArgumentsPerToken = true,
        };
        var embedder = new Option<string>("--embedder") { Description = "Embedder for texts and summaries: a recipe or an imported model.", HelpName = "E", DefaultValueFactory = _ => "hashing" };
        var batch = new Option<string?>("--batch") { Description = "Name of the batch. Default: the source.", HelpName = "NAME" };
        var source = new Option<string?>("--source") { Description = "Where the documents come from; part of their identity. Default: the file's name.", HelpName = "NAME" };
        var tenant = new Option<string>("--tenant") { Description = "Owner of the documents.", HelpName = "NAME", DefaultValueFactory = _ => "default" };
        var format = new Option<string?>("--format") { Description = "csv, tsv or jsonl, where the extension does not tell.", HelpName = "F" };
        var encoding = new Option<string?>("--encoding") { Description = "Encoding of the text: gb18030, gbk, big5, utf-16, ... Default: utf-8, or what a byte order mark tells.", HelpName = "E" };
        var delimiter = new Option<char?>("--delimiter") { Description = "Delimiter of a CSV file. Default: found in the header.", HelpName = "C" };
        var policy = new Option<TextPolicy>("--bad-characters")
        {
            Description = "NUL characters and lone surrogates: replace (by U+FFFD, counted) or reject (the line).",
            HelpName = "replace|reject", DefaultValueFactory = _ => TextPolicy.Replace,
        };
        var limit = new Option<int>("--max-text-bytes") { Description = "Largest text in UTF-8 bytes.", HelpName = "N", DefaultValueFactory = _ => 1024 * 1024 };
        var rejects = new Option<string?>("--rejects") { Description = "Where refused lines are listed. Default: FILE.rejects.jsonl.", HelpName = "FILE" };
        var wait = new Option<bool>("--wait") { Description = "Wait until everything is summarised, embedded and scored." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new Command("submit", "Submit a backlog. The same file with the same options is the same batch: resubmitting is harmless.")
        {
            file, text, id, reference, recipes, embedder, batch, source, tenant, format, encoding, delimiter, policy, limit, rejects, wait, json,
        };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            using var display = new ProgressDisplay(TimeProvider.System);
            var path = result.GetRequiredValue(file);
            if (result.GetValue(rejects) is { } list && Path.GetFullPath(list) == Path.GetFullPath(path))
            {
                throw new UsageException("--rejects names the input itself; choose another file.");
            }

            await using var input = await SubmitInputs.OpenAsync(path, display, cancellationToken);
            var request = new SubmitRequest(
                input,
                new SourceOptions
                {
                    TextColumn = result.GetValue(text),
                    IdColumn = result.GetValue(id),
                    ReferenceColumn = result.GetValue(reference),
                    Encoding = result.GetValue(encoding)?.ToLowerInvariant(),
                    Delimiter = result.GetValue(delimiter),
                    MaxTextBytes = result.GetValue(limit),
                    TextPolicy = result.GetValue(policy),
                },
                result.GetValue(format) is { } name ? DocumentSources.ParseFormat(name) : null,
                result.GetValue(batch),
                result.GetValue(source),
                result.GetRequiredValue(tenant),
                result.GetValue(recipes) is { Length: > 0 } chosen ? chosen : ["extractive"],
                result.GetRequiredValue(embedder),
                result.GetValue(rejects) ?? (path == SubmitInputs.StandardInput ? input.SourceName : path) + RejectsFile.Suffix);
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
