using System.CommandLine;
using System.Text.Json;
using Pipeline.Cli.Output;
using Pipeline.Cli.Submission;
using Pipeline.Inference.Recipes;
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
            Description = Say("Recipe to summarise with, or an imported model; may be repeated. Default: extractive.", "摘要配方或已导入的模型；可重复给出。默认：extractive。"), HelpName = "R", AllowMultipleArgumentsPerToken = true,
        };
        var candidateRecipe = new Option<string?>("--candidate-recipe")
        {
            Description = Say(
                "Recipe name under which the summaries of --candidate-column stand. Default: candidate.",
                "--candidate-column 的摘要所归入的配方名。默认：candidate。"), HelpName = "NAME",
        };
        var embedder = new Option<string>("--embedder") { Description = Say("Embedder for texts and summaries: a recipe or an imported model.", "正文和摘要的向量化方案：配方或已导入的模型。"), HelpName = "E", DefaultValueFactory = _ => "hashing" };
        var batch = new Option<string?>("--batch") { Description = Say("Name of the batch. Default: the source.", "批次名称。默认：来源。"), HelpName = "NAME" };
        var source = new Option<string?>("--source") { Description = Say(
            "Where the documents come from; part of their identity. Default: the name of the file or table.",
            "文档来源，是其标识的一部分。默认：文件名或表名。"), HelpName = "NAME" };
        var tenant = new Option<string>("--tenant") { Description = Say("Owner of the documents.", "文档的所有者。"), HelpName = "NAME", DefaultValueFactory = _ => "default" };
        var wait = new Option<bool>("--wait") { Description = Say("Wait until everything is summarised, embedded and scored.", "等待全部完成摘要、向量化和评分。") };
        var report = new Option<bool>("--report") { Description = Say("Wait, then print the table of './pipeline report'.", "等待完成，然后输出 './pipeline report' 的对照表。") };
        var json = new Option<bool>("--json") { Description = Say("Print one JSON object, with --report a second one.", "输出一个 JSON 对象；使用 --report 时再输出一个。") };
        var command = new Command("submit", Say(
            "Submit a backlog. The same content with the same options is the same batch: resubmitting is harmless.",
            "提交工单。同样的内容加同样的选项就是同一批次：重复提交无害。"))
        {
            recipes, candidateRecipe, embedder, batch, source, tenant, wait, report, json,
        };
        inputs.AddTo(command);
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            using var display = new ProgressDisplay(TimeProvider.System);
            await using var input = await inputs.OpenAsync(result, display, cancellationToken);
            var candidates = input.Options.CandidateColumn is not null;
            if (!candidates && result.GetValue(candidateRecipe) is not null)
            {
                throw new UsageException(Say("--candidate-recipe needs --candidate-column.", "--candidate-recipe 须与 --candidate-column 合用。"));
            }

            var request = new SubmitRequest(
                input,
                result.GetValue(batch),
                result.GetValue(source),
                result.GetRequiredValue(tenant),
                result.GetValue(recipes) is { Length: > 0 } chosen ? chosen : candidates ? [] : ["extractive"],
                result.GetRequiredValue(embedder),
                candidates ? result.GetValue(candidateRecipe) ?? CandidateRecipe.DefaultName : null);
            return await RunAsync(installation, request, display, result.GetValue(wait), result.GetValue(report), result.GetValue(json), cancellationToken);
        }));
        return command;
    }

    private static async Task<int> RunAsync(
        Installation installation, SubmitRequest request, ProgressDisplay display, bool wait, bool report, bool json, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        var started = time.GetTimestamp();
        var progress = new Reporter<LoadProgress>(load => display.Show(
            Say(
                $"loading  {load.Accepted + load.Rejected:N0} lines  {(load.Accepted + load.Rejected) / time.GetElapsedTime(started).TotalSeconds:N0} lines/s",
                $"载入中  {load.Accepted + load.Rejected:N0} 行  {(load.Accepted + load.Rejected) / time.GetElapsedTime(started).TotalSeconds:N0} 行/秒")));
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
        if (wait || report)
        {
            var rows = await new BatchWaiter(new BatchReports(installation.DataSource), new WorkerRegistry(installation.DataSource), time).WaitAsync(submitted.Batch, cancellationToken);
            failed = rows.Sum(row => row.Rejected + row.Quarantined);
            if (rows.Sum(row => row.Cancelled) is var cancelled and > 0)
            {
                await Console.Error.WriteLineAsync(Say(
                    $"the batch was cancelled: {cancelled:N0} were not done; submitting it again goes on with it",
                    $"批次已取消：{cancelled:N0} 项未做；重新提交可继续"));
                failed += cancelled;
            }
            else if (failed > 0)
            {
                await Console.Error.WriteLineAsync(Say(
                    $"{failed:N0} ended without a result; see './pipeline failures list --batch {submitted.Batch}'",
                    $"{failed:N0} 项没有结果；见 './pipeline failures list --batch {submitted.Batch}'"));
                await ShowFirstFailureAsync(new BatchReports(installation.DataSource), submitted.Batch, cancellationToken);
            }
        }

        if (report)
        {
            await ReportCommand.ShowAsync(installation, submitted.Batch, json, cancellationToken);
        }

        return submitted.Rejected + failed > 0 ? ExitCode.Failure : ExitCode.Success;
    }

    // One reason is often that of all: a model that can't run here, a recipe that times out.
    private static async Task ShowFirstFailureAsync(BatchReports reports, long batch, CancellationToken cancellationToken)
    {
        await foreach (var failure in reports.FailuresAsync(batch, afterLine: null, cancellationToken))
        {
            if (failure.Step != "ingest")
            {
                await Console.Error.WriteLineAsync(Say(
                    $"the first, line {failure.Line}: {failure.Code}: {failure.Reason}", $"第一项在第 {failure.Line} 行：{failure.Code}：{failure.Reason}"));
                return;
            }
        }
    }

    private static void Describe(SubmitResult submitted)
    {
        var seconds = Math.Max(submitted.Seconds, 0.001);
        Console.Error.WriteLine(submitted.Resubmitted
            ? Say(
                $"batch {submitted.Batch} '{submitted.Name}' was submitted before: {submitted.Accepted:N0} accepted, {submitted.Rejected:N0} rejected; nothing changed",
                $"批次 {submitted.Batch} '{submitted.Name}' 此前已提交：接收 {submitted.Accepted:N0}，拒绝 {submitted.Rejected:N0}；没有变化")
            : Say(
                $"batch {submitted.Batch} '{submitted.Name}': {submitted.Accepted:N0} accepted ({submitted.Duplicates:N0} known before), ",
                $"批次 {submitted.Batch} '{submitted.Name}'：接收 {submitted.Accepted:N0}（其中 {submitted.Duplicates:N0} 条已有），")
                + Say(
                    $"{submitted.Rejected:N0} rejected, {submitted.Seconds:0.0} s, {(submitted.Accepted + submitted.Rejected) / seconds:N0} lines/s",
                    $"拒绝 {submitted.Rejected:N0}，{submitted.Seconds:0.0} 秒，{(submitted.Accepted + submitted.Rejected) / seconds:N0} 行/秒"));
        if (submitted.ReplacedCharacters > 0)
        {
            Console.Error.WriteLine(Say(
                $"{submitted.ReplacedCharacters:N0} NUL characters or lone surrogates were replaced by U+FFFD",
                $"{submitted.ReplacedCharacters:N0} 个 NUL 字符或孤立的代理项已换成 U+FFFD"));
        }

        if (submitted.UnusedFields is { Count: > 0 } unused)
        {
            Console.Error.WriteLine(Say(
                $"columns that were not used: {string.Join(", ", unused)} (--reference-column, --category-column, --candidate-column take one)",
                $"未使用的列：{string.Join("、", unused)}（可用 --reference-column、--category-column、--candidate-column 指定）"));
        }

        foreach (var (code, lines) in submitted.RefusedByCode)
        {
            Console.Error.WriteLine(Say($"  {code}: {lines:N0} refused", $"  {code}：拒绝 {lines:N0} 行，{RefusalReasons.Chinese(code) ?? code}"));
        }

        if (submitted.RejectsFile is { } rejects)
        {
            Console.Error.WriteLine(Say($"refused lines, with numbers and reasons: {rejects}", $"被拒绝的行（含行号和原因）：{rejects}"));
        }
    }
}
