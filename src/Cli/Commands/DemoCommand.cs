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
    public static Command Create()
    {
        var file = new Option<string?>("--file") { Description = Say("Another backlog than the sample.", "使用示例之外的工单文件。"), HelpName = "FILE" };
        var models = new Option<string[]>("--models")
        {
            Description = Say(
                "Run these models too: the folder of an embedder and that of a generator as they are downloaded, or names of imported models.",
                "同时运行这些模型：下载好的向量模型目录和生成模型目录，或已导入模型的名称。"),
            HelpName = "EMBEDDER GENERATOR",
            AllowMultipleArgumentsPerToken = true,
            Arity = new ArgumentArity(2, 2),
        };
        var command = new Command("demo", Say("Take the sample backlog through the whole pipeline and show what came out.", "让示例工单走完整个流程，并展示结果。")) { file, models };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(installation => RunAsync(
            installation, result.GetValue(file) ?? SampleBacklog.Find(), result.GetValue(models) ?? [], cancellationToken)));
        return command;
    }

    private static async Task<int> RunAsync(Installation installation, string path, string[] models, CancellationToken cancellationToken)
    {
        var lineup = models.Length == 2 ? DemoLineup.OfModels(installation.Engines, models[0], models[1], cancellationToken) : DemoLineup.WithoutModels;
        await using var input = new SubmitInput(new FileInput(path), new SourceOptions(), Format: null, path + RejectsFile.Suffix);
        var request = new SubmitRequest(input, Batch: null, SourceName: null, Tenant: "default", lineup.Recipes, lineup.Embedder);
        var submitted = await new Submitter(installation, TimeProvider.System)
            .SubmitAsync(request, new Reporter<LoadProgress>(_ => { }), cancellationToken);
        await Console.Error.WriteLineAsync(submitted.Resubmitted
            ? Say(
                $"{submitted.Accepted} work orders, submitted before as batch {submitted.Batch} '{submitted.Name}'",
                $"{submitted.Accepted} 条工单，此前已作为批次 {submitted.Batch} '{submitted.Name}' 提交")
            : Say(
                $"{submitted.Accepted} work orders accepted as batch {submitted.Batch} '{submitted.Name}' in {submitted.Seconds:0.0} s",
                $"已接收 {submitted.Accepted} 条工单，批次 {submitted.Batch} '{submitted.Name}'，用时 {submitted.Seconds:0.0} 秒"));
        var reports = new BatchReports(installation.DataSource);
        var rows = await new BatchWaiter(reports, new WorkerRegistry(installation.DataSource), TimeProvider.System).WaitAsync(submitted.Batch, cancellationToken);
        await new DemoReport(installation, reports, lineup).PrintAsync(submitted.Batch, submitted.Name, cancellationToken);
        return rows.Sum(row => row.Quarantined) + submitted.Rejected > 0 ? ExitCode.Failure : ExitCode.Success;
    }
}
