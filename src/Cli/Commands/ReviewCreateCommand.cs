using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using Pipeline.Cli.Reviews;
using Pipeline.Cli.Status;
using Pipeline.Scoring.Comparison;
using Pipeline.Storage.Reports;
using Pipeline.Storage.Reviews;
using Pipeline.TextMetrics.Statistics;

namespace Pipeline.Cli.Commands;

/// <summary><c>review create</c>.</summary>
internal static class ReviewCreateCommand
{
    private const int DefaultDocuments = 30;
    private const int MaxDocuments = 10_000;

    public static Command Create()
    {
        var batch = new Option<string>("--batch", "-b") { Description = Say("Batch id or name to draw documents from.", "从此批次（编号或名称）抽取文档。"), HelpName = "B", Required = true };
        var recipes = new Option<string[]>("--recipe", "-r")
        {
            Description = Say("Recipes whose summaries are rated; at least two.", "要评的配方，至少两个。"), HelpName = "R", Required = true, AllowMultipleArgumentsPerToken = true,
        };
        var documents = StabilityCommand.Whole("--documents", Say("How many documents.", "文档数量。"), DefaultDocuments, 1, MaxDocuments);
        var name = new Option<string?>("--name") { Description = Say("Name of the review. Default: the batch's.", "评审的名称。默认：批次的名称。"), HelpName = "NAME" };
        var seed = new Option<long?>("--seed")
        {
            Description = Say(
                "Draws the same documents in the same order again. Default: by chance, so that nobody can tell the order beforehand.",
                "重复抽取相同文档和相同顺序。默认：随机，任何人都无法事先知道顺序。"),
            HelpName = "N",
        };
        var json = new Option<bool>("--json") { Description = Say("Print one JSON object.", "输出一个 JSON 对象。") };
        var command = new Command(
            "create", Say("Draw documents of a batch with the summaries of two or more recipes, in a shuffled order.", "从批次抽取文档及两个以上配方的摘要，并打乱顺序。"))
        {
            batch, recipes, documents, name, seed, json,
        };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var reports = new BatchReports(installation.DataSource);
            var row = await reports.FindAsync(result.GetRequiredValue(batch), cancellationToken);
            string[] wanted = [.. result.GetRequiredValue(recipes).Distinct()];
            if (wanted.Length is < 2 or > ReviewStore.MaxRecipes)
            {
                throw new UsageException(Say($"Name 2 to {ReviewStore.MaxRecipes} different recipes with --recipe.", $"请用 --recipe 指定 2 到 {ReviewStore.MaxRecipes} 个不同的配方。"));
            }

            var there = await reports.RecipesAsync(row.Id, cancellationToken);
            BatchComparison.CheckRecipes(row.Name, [.. there.Select(recipe => recipe.Name)], wanted);
            var review = await new ReviewStore(installation.DataSource).CreateAsync(
                new ReviewDraft(
                    result.GetValue(name) ?? row.Name, row.Id, [.. there.Where(recipe => wanted.Contains(recipe.Name)).Select(recipe => recipe.Id)],
                    result.GetValue(documents), result.GetValue(seed) ?? RandomNumberGenerator.GetInt32(int.MaxValue)),
                cancellationToken);
            Console.WriteLine(result.GetValue(json)
                ? JsonSerializer.Serialize(ReviewOutput.Json(review), StatusJson.Options)
                : Say(
                    $"review {review.Id} '{review.Name}': {review.Documents} documents with {review.Summaries} summaries each; rate them on the dashboard's page Reviews, or './pipeline review export {review.Id}'",
                    $"评审 {review.Id} '{review.Name}'：{review.Documents} 篇文档，每篇 {review.Summaries} 个摘要；请在仪表盘“评审”页评分，或 './pipeline review export {review.Id}'"));
            if (review.Documents < PairedTest.MinimumCount)
            {
                await Console.Error.WriteLineAsync(Say(
                    $"with fewer than {PairedTest.MinimumCount} documents no difference can be significant", $"少于 {PairedTest.MinimumCount} 篇文档时任何差异都不可能显著"));
            }

            return ExitCode.Success;
        }));
        return command;
    }
}
