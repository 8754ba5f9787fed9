using System.CommandLine;
using System.Text.Json;
using Pipeline.Cli.Output;
using Pipeline.Cli.Status;
using Pipeline.Storage;
using Pipeline.Storage.Batches;
using Pipeline.Storage.Vectors;

namespace Pipeline.Cli.Commands;

/// <summary><c>batch prune</c>: removes old batches with everything that no other batch needs.</summary>
internal static class BatchPruneCommand
{
    public static Command Create()
    {
        var age = new Option<string>("--older-than")
        {
            Description = Say(
                "Only batches that were loaded or cancelled longer ago: hours, days or weeks, such as 12h, 30d, 8w.",
                "只清理早于此时间载入或取消的批次：小时、天或周，例如 12h、30d、8w。"), HelpName = "AGE", Required = true,
        };
        var dryRun = new Option<bool>("--dry-run") { Description = Say("Print what would be removed, and remove nothing.", "只列出将要删除的内容，不删除。") };
        var json = new Option<bool>("--json") { Description = Say("Print one JSON object.", "输出一个 JSON 对象。") };
        var command = new Command(
            "prune",
            Say(
                "Remove old batches that are finished or cancelled, with their documents, texts, results and scores that no other batch needs. ",
                "清理已完成或已取消的旧批次，连同其他批次不需要的文档、文本、结果和分数。")
            + Say("Interrupting it is harmless: the next run goes on.", "中断无害：下次运行会接着做。"))
        {
            age, dryRun, json,
        };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            await using var lookups = PipelineDataSource.CreateForService(installation.Settings.Postgres, "pipeline-prune");
            var pruner = new BatchPruner(
                installation.DataSource, lookups, new VectorIndexes(installation.DataSource, TimeProvider.System), BatchCommand.Outages(), WarnOfIndex);
            var batches = await pruner.FindAsync(Age.Parse("--older-than", result.GetRequiredValue(age)), cancellationToken);
            var isDry = result.GetValue(dryRun);
            var (counts, removed) = isDry
                ? (await pruner.CountAsync(batches, cancellationToken), batches)
                : await PruneAsync(pruner, batches, cancellationToken);
            if (result.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(new { DryRun = isDry, Batches = removed, Removed = counts }, StatusJson.Options));
            }
            else
            {
                Print(removed, counts, isDry);
            }

            return removed.Count == batches.Count ? ExitCode.Success : ExitCode.Failure;
        }));
        return command;
    }

    private static void WarnOfIndex(VectorIndexRow index) => Console.Error.WriteLine(Say(
        $"the vector index of {index.Embedder} was dropped, because this version of pgvector could damage it when rows are removed; "
            + $"'./pipeline index build --embedder {index.EmbedderId}' makes a new one",
        $"已删除 {index.Embedder} 的向量索引，因为此版本的 pgvector 在删除行时可能损坏它；"
            + $"'./pipeline index build --embedder {index.EmbedderId}' 可重建"));

    private static async Task<(PruneCounts Counts, IReadOnlyList<PruneCandidate> Removed)> PruneAsync(
        BatchPruner pruner, IReadOnlyList<PruneCandidate> batches, CancellationToken cancellationToken)
    {
        using var display = new ProgressDisplay(TimeProvider.System);
        var total = PruneCounts.Zero;
        var removed = new List<PruneCandidate>();
        foreach (var batch in batches)
        {
            var progress = new Reporter<PruneCounts>(counts => display.Show(Say(
                $"batch {batch.Id} '{batch.Name}': {counts.Lines:N0} lines removed",
                $"批次 {batch.Id} '{batch.Name}'：已删除 {counts.Lines:N0} 行")));
            try
            {
                total += await pruner.PruneAsync(batch, progress, cancellationToken);
                removed.Add(batch);
            }
            catch (PipelineStorageException exception)
            {
                // It is at work again; the others need not suffer.
                CommandRunner.Complain(exception.Message);
            }
        }

        return (total, removed);
    }

    private static void Print(IReadOnlyList<PruneCandidate> batches, PruneCounts counts, bool isDry)
    {
        var verb = isDry ? Say("would remove", "将删除") : Say("removed", "已删除");
        foreach (var batch in batches)
        {
            Console.WriteLine(Say($"{verb} batch {batch.Id} '{batch.Name}'", $"{verb}批次 {batch.Id} '{batch.Name}'"));
        }

        Console.WriteLine(Say(
            $"{verb} {batches.Count:N0} batches: {counts.Lines:N0} lines, {counts.RefusedLines:N0} refused lines, "
                + $"{counts.Documents:N0} documents, {counts.Texts:N0} texts, {counts.Summaries:N0} summaries, {counts.Embeddings:N0} embeddings, "
                + $"{counts.WorkItems:N0} work items, {counts.Scores:N0} scores",
            $"{verb} {batches.Count:N0} 个批次：{counts.Lines:N0} 行，{counts.RefusedLines:N0} 个被拒绝的行，"
                + $"{counts.Documents:N0} 份文档，{counts.Texts:N0} 段文本，{counts.Summaries:N0} 条摘要，{counts.Embeddings:N0} 个向量，"
                + $"{counts.WorkItems:N0} 个工作项，{counts.Scores:N0} 个分数"));
    }
}
