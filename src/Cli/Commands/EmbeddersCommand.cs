using System.CommandLine;
using System.Text.Json;
using Pipeline.Cli.Embedders;
using Pipeline.Cli.Status;
using Pipeline.Cli.Submission;
using Pipeline.Inference.Recipes;
using Pipeline.Storage;
using Pipeline.Storage.Embedders;
using Pipeline.Storage.Reports;
using Pipeline.Storage.Rows;
using Spectre.Console;

namespace Pipeline.Cli.Commands;

/// <summary><c>embedders</c>: compares two of them, and brings a batch from one to the other.</summary>
internal static class EmbeddersCommand
{
    public static Command Create() => new(
        "embedders", Say("Compare two embedders, and bring a batch from one to the other.", "比较两个向量模型，并把批次从一个切换到另一个。"))
    {
        EmbeddersCompareCommand.Create(), CreateList(), CreateAdd(), CreateSwitch(),
    };

    private static Argument<string> Embedder() => new("EMBEDDER") { Description = Say("A recipe or an imported model.", "配方或已导入的模型。") };

    private static Option<string> Batch() => new("--batch", "-b") { Description = Say("Batch id or name.", "批次号或名称。"), HelpName = "B", Required = true };

    private static Command CreateList()
    {
        var batch = Batch();
        var json = new Option<bool>("--json") { Description = Say("One JSON object a line.", "每行一个 JSON 对象。") };
        var command = new Command("list", Say("The embedders of a batch and how far they are.", "批次的向量模型及其进度。")) { batch, json };
        command.SetAction((result, cancellationToken) => RunAsync(result.GetRequiredValue(batch), async (_, row, embedders) =>
        {
            Print(await embedders.ListAsync(row.Id, cancellationToken), result.GetValue(json));
            return ExitCode.Success;
        }, cancellationToken));
        return command;
    }

    private static Command CreateAdd()
    {
        var embedder = Embedder();
        var batch = Batch();
        var json = new Option<bool>("--json") { Description = Say("One JSON object a line.", "每行一个 JSON 对象。") };
        var command = new Command(
            "add",
            Say("Embed the texts and summaries of a batch with another embedder too; the vectors there are stay in use.", "用另一个向量模型也为批次的正文和摘要生成向量；现有向量继续使用。"))
        {
            embedder, batch, json,
        };
        command.SetAction((result, cancellationToken) => RunAsync(result.GetRequiredValue(batch), async (installation, row, embedders) =>
        {
            // Registered only when its engine can run here: nothing would embed the texts else.
            var definition = installation.Engines.Recipes.Find(result.GetRequiredValue(embedder), RecipeStage.Embed);
            var recipe = await RecipeRows.EnsureAsync(new RecipeRegistry(installation.DataSource), definition, cancellationToken);
            await embedders.AddAsync(row, recipe.Id, cancellationToken);
            Print(await embedders.ListAsync(row.Id, cancellationToken), result.GetValue(json));
            return ExitCode.Success;
        }, cancellationToken));
        return command;
    }

    private static Command CreateSwitch()
    {
        var embedder = Embedder();
        var batch = Batch();
        var command = new Command(
            "switch", Say("Let results, health and search of a batch use an embedder that was added. The vectors of the one before stay.", "让批次的结果、健康度和搜索改用已添加的向量模型；原有向量保留。")) { embedder, batch };
        command.SetAction((result, cancellationToken) => RunAsync(result.GetRequiredValue(batch), async (installation, row, embedders) =>
        {
            var definition = installation.Engines.Recipes.Find(result.GetRequiredValue(embedder), RecipeStage.Embed);
            var recipe = await RecipeRows.EnsureAsync(new RecipeRegistry(installation.DataSource), definition, cancellationToken);
            await embedders.SwitchAsync(row, recipe.Id, cancellationToken);
            Console.WriteLine(Say($"batch '{row.Name}' uses '{definition.Name}'", $"批次 '{row.Name}' 已改用 '{definition.Name}'"));
            await Console.Error.WriteLineAsync(Say(
                $"Limits of health hold for one embedder: './pipeline calibrate --batch {row.Id}'. For searching: './pipeline index build {definition.Name}'.",
                $"健康阈值只适用于一个向量模型：'./pipeline calibrate --batch {row.Id}'。搜索前：'./pipeline index build {definition.Name}'。"));
            return ExitCode.Success;
        }, cancellationToken));
        return command;
    }

    private static Task<int> RunAsync(string batch, Func<Installation, BatchRow, BatchEmbedders, Task<int>> command, CancellationToken cancellationToken) =>
        CommandRunner.RunAsync(async installation =>
        {
            var row = await new BatchReports(installation.DataSource).FindAsync(batch, cancellationToken);
            await using var lookups = PipelineDataSource.CreateForService(installation.Settings.Postgres, "pipeline-embedders");
            return await command(installation, row, new BatchEmbedders(lookups, installation.DataSource));
        });

    private static void Print(IReadOnlyList<EmbedderProgress> embedders, bool json)
    {
        if (!json)
        {
            AnsiConsole.Write(EmbedderOutput.Progress(embedders));
            return;
        }

        foreach (var row in embedders)
        {
            Console.WriteLine(JsonSerializer.Serialize(row, StatusJson.Options));
        }
    }
}
