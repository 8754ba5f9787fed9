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
            Description = "Only batches that were loaded or cancelled longer ago: hours, days or weeks, such as 12h, 30d, 8w.", HelpName = "AGE", Required = true,
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Print what would be removed, and remove nothing." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new Command(
            "prune",
            "Remove old batches that are finished or cancelled, with their documents, texts, results and scores that no other batch needs. "
            + "Interrupting it is harmless: the next run goes on.")
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

    private static void WarnOfIndex(VectorIndexRow index) => Console.Error.WriteLine(
        $"the vector index of {index.Embedder} was dropped, because this version of pgvector could damage it when rows are removed; "
        + $"'./pipeline index build --embedder {index.EmbedderId}' makes a new one");

    private static async Task<(PruneCounts Counts, IReadOnlyList<PruneCandidate> Removed)> PruneAsync(
        BatchPruner pruner, IReadOnlyList<PruneCandidate> batches, CancellationToken cancellationToken)
    {
        using var display = new ProgressDisplay(TimeProvider.System);
        var total = PruneCounts.Zero;
        var removed = new List<PruneCandidate>();
        foreach (var batch in batches)
        {
            var progress = new Reporter<PruneCounts>(counts => display.Show($"batch {batch.Id} '{batch.Name}': {counts.Lines:N0} lines removed"));
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
        foreach (var batch in batches)
        {
            Console.WriteLine($"{(isDry ? "would remove" : "removed")} batch {batch.Id} '{batch.Name}'");
        }

        Console.WriteLine(
            $"{(isDry ? "would remove" : "removed")} {batches.Count:N0} batches: {counts.Lines:N0} lines, {counts.RefusedLines:N0} refused lines, "
            + $"{counts.Documents:N0} documents, {counts.Texts:N0} texts, {counts.Summaries:N0} summaries, {counts.Embeddings:N0} embeddings, "
            + $"{counts.WorkItems:N0} work items, {counts.Scores:N0} scores");
    }
}
