using System.CommandLine;
using System.Text.Json;
using Pipeline.Cli.Output;
using Pipeline.Cli.Reviews;
using Pipeline.Cli.Status;
using Pipeline.Scoring.Reviews;
using Pipeline.Storage;
using Pipeline.Storage.Reviews;
using Spectre.Console;

namespace Pipeline.Cli.Commands;

/// <summary><c>review</c>: people rate summaries without knowing which recipe made them.</summary>
internal static class ReviewCommand
{
    public static Command Create() => new(
        "review", Say("Have people rate the summaries of several recipes blind, and see what they say.", "由人对多个配方的摘要做盲评，并查看结果。"))
    {
        ReviewCreateCommand.Create(), CreateList(), CreateExport(), CreateImport(), CreateReport(), CreateClose(), CreateRemove(),
    };

    private static Argument<string> Name() => new("REVIEW") { Description = Say("Name or id of the review.", "评审的名称或编号。") };

    private static Command CreateList()
    {
        var json = new Option<bool>("--json") { Description = Say("One JSON object a line.", "每行一个 JSON 对象。") };
        var command = new Command("list", Say("List the reviews and who has rated how many documents.", "列出评审，以及每人已评多少篇。")) { json };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var reviews = await new ReviewStore(installation.DataSource).ListAsync(tenant: null, cancellationToken);
            if (!result.GetValue(json))
            {
                AnsiConsole.Write(ReviewOutput.Table(reviews));
                return ExitCode.Success;
            }

            foreach (var review in reviews)
            {
                Console.WriteLine(JsonSerializer.Serialize(ReviewOutput.Json(review), StatusJson.Options));
            }

            return ExitCode.Success;
        }));
        return command;
    }

    private static Command CreateExport()
    {
        var name = Name();
        var output = new Option<string>("--output", "-o")
        {
            Description = Say("CSV file to write; replaced only when complete. Default: standard output.", "要写入的 CSV 文件；写完才替换。默认：标准输出。"), HelpName = "FILE",
            DefaultValueFactory = _ => OutputTarget.StandardStream,
        };
        var command = new Command(
            "export", Say("Write the documents with their summaries, anonymous, and empty cells for the ratings.", "导出文档及匿名摘要，评分单元格留空。")) { name, output };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var review = await new ReviewStore(installation.DataSource).FindAsync(result.GetRequiredValue(name), cancellationToken);
            using var target = OutputTarget.Open(result.GetRequiredValue(output));
            await RatingSheet.WriteAsync(target, new ReviewRatings(installation.DataSource).DocumentsAsync(review.Id, cancellationToken));
            target.Commit();
            return ExitCode.Success;
        }));
        return command;
    }

    private static Command CreateImport()
    {
        var name = Name();
        var file = new Argument<string>("FILE") { Description = Say("The exported CSV file, filled in.", "填好的导出 CSV 文件。") };
        var reviewer = new Option<string>("--reviewer") { Description = Say("Who rated.", "评审人。"), HelpName = "NAME", Required = true };
        var command = new Command(
            "import",
            Say("Take the ratings of a reviewer, all or none. What the reviewer said before is replaced.", "导入一位评审人的评分，要么全部要么不导入；其先前的评分被替换。")) { name, file, reviewer };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var who = Reviewer.Clean(result.GetRequiredValue(reviewer)) ?? throw new UsageException(Say(
                $"--reviewer must have 1 to {Reviewer.MaxLength} characters, none of them a control character.", $"--reviewer 须为 1 到 {Reviewer.MaxLength} 个字符，且不含控制字符。"));
            var review = await new ReviewStore(installation.DataSource).FindAsync(result.GetRequiredValue(name), cancellationToken);
            var store = new ReviewRatings(installation.DataSource);
            var documents = new Dictionary<int, IReadOnlyList<string>>();
            await foreach (var document in store.DocumentsAsync(review.Id, cancellationToken))
            {
                documents[document.Number] = [.. document.Summaries.Select(summary => summary.Label)];
            }

            var ratings = await RatingSheet.ReadAsync(result.GetRequiredValue(file), documents, cancellationToken);
            if (ratings.Count == 0)
            {
                throw new PipelineStorageException(Say("The file has no ratings; nothing was imported.", "文件中没有评分；未导入任何内容。"));
            }

            var replaced = await store.SaveAsync(review.Id, who, ratings, replaceAll: true, cancellationToken);
            var rated = ratings.Select(rating => rating.Document).Distinct().Count();
            Console.WriteLine(Say(
                $"{who} has rated {rated} of {review.Documents} documents" + (replaced > 0 ? $"; ratings of {replaced} documents from before are replaced" : ""),
                $"{who} 已评 {rated}/{review.Documents} 篇文档" + (replaced > 0 ? $"；先前 {replaced} 篇文档的评分已被替换" : "")));
            return ExitCode.Success;
        }));
        return command;
    }

    private static Command CreateReport()
    {
        var name = Name();
        var json = new Option<bool>("--json") { Description = Say("Print one JSON object.", "输出一个 JSON 对象。") };
        var command = new Command(
            "report", Say("Mean ratings by recipe, differences between recipes, agreement of the reviewers.", "各配方的平均评分、配方之间的差异、评审人的一致性。")) { name, json };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var review = await new ReviewStore(installation.DataSource).FindAsync(result.GetRequiredValue(name), cancellationToken);
            var ratings = await new ReviewRatings(installation.DataSource).AllAsync(review.Id, cancellationToken);
            if (ratings.Count == 0)
            {
                throw new PipelineStorageException(Say(
                    $"Nobody has rated '{review.Name}' yet: use the dashboard's page Reviews, or export and import.", $"还没有人为 '{review.Name}' 评分：请使用仪表盘的“评审”页，或导出后导入。"));
            }

            var report = ReviewReport.Of(ratings);
            if (result.GetValue(json))
            {
                Console.WriteLine(Utf8Output.Json(writer => ReviewOutput.Write(writer, review, report)));
            }
            else
            {
                ReviewOutput.Print(report);
            }

            ReviewOutput.WriteWarnings(Console.Error, report);
            return ExitCode.Success;
        }));
        return command;
    }

    private static Command CreateClose()
    {
        var name = Name();
        var command = new Command("close", Say("End the rating; the dashboard then shows the report.", "结束评分；此后仪表盘显示报告。")) { name };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var store = new ReviewStore(installation.DataSource);
            var review = await store.FindAsync(result.GetRequiredValue(name), cancellationToken);
            await store.CloseAsync(review.Id, cancellationToken);
            Console.WriteLine(Say($"review '{review.Name}' is closed", $"评审 '{review.Name}' 已结束"));
            return ExitCode.Success;
        }));
        return command;
    }

    private static Command CreateRemove()
    {
        var name = Name();
        var command = new Command("remove", Say("Remove a review with its copies of texts and its ratings.", "移除评审及其文本副本和评分。")) { name };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var store = new ReviewStore(installation.DataSource);
            var review = await store.FindAsync(result.GetRequiredValue(name), cancellationToken);
            await store.RemoveAsync(review.Id, cancellationToken);
            Console.WriteLine(Say($"review '{review.Name}' is removed", $"已移除评审 '{review.Name}'"));
            return ExitCode.Success;
        }));
        return command;
    }
}
