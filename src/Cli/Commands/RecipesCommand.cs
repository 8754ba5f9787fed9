using System.CommandLine;
using System.Globalization;
using Pipeline.Inference.Recipes;
using Spectre.Console;

namespace Pipeline.Cli.Commands;

/// <summary><c>recipes</c>: what can be named with --recipe and --embedder; needs no servers.</summary>
internal static class RecipesCommand
{
    public static Command Create() => new("recipes", Say("List, show, add and remove recipes. No servers are needed.", "列出、查看、添加和移除配方。不需要服务器。"))
    {
        CreateList(), CreateShow(), CreateAdd(), CreateRemove(),
    };

    private static Command CreateList()
    {
        var json = new Option<bool>("--json") { Description = Say("One JSON object a line.", "每行一个 JSON 对象。") };
        var command = new Command("list", Say("List the recipes: built-in ones, those that were added, and one for each imported model.", "列出配方：内置的、添加的，以及每个已导入模型各一个。")) { json };
        command.SetAction((result, _) => Engines.RunAsync(async engines => await ListAsync(engines, result.GetValue(json))));
        return command;
    }

    private static Command CreateShow()
    {
        var name = new Argument<string>("NAME") { Description = Say("The recipe.", "配方。") };
        var command = new Command("show", Say("Print everything that shapes the results of a recipe, as JSON.", "以 JSON 输出决定该配方结果的一切。")) { name };
        command.SetAction((result, cancellationToken) => Engines.RunAsync(async engines =>
        {
            var wanted = result.GetRequiredValue(name);
            var recipe = engines.Recipes.List().FirstOrDefault(listing => listing.Name == wanted)
                ?? throw new RecipeException(Say($"Unknown recipe '{wanted}'; './pipeline recipes list' shows them.", $"未知的配方 '{wanted}'；'./pipeline recipes list' 可列出。"));
            await using var output = Utf8Output.Open();
            await output.WriteAsync(
                RecipeJson.Write(recipe.Recipe ?? throw new RecipeException(recipe.Problem ?? "It can't be read.")).AsMemory(), cancellationToken);
            return ExitCode.Success;
        }));
        return command;
    }

    private static Command CreateAdd()
    {
        var file = new Argument<string>("FILE") { Description = Say(
            "A JSON object with name, engine and the engine's parameters (docs/recipes.md).",
            "JSON 对象，含 name、engine 和引擎参数（见 docs/recipes.md）。") };
        var replace = new Option<bool>("--replace") { Description = Say(
            "Take the place of another recipe of this name. Its results stay under its own hash.",
            "替换同名配方。原配方的结果仍保留在其哈希之下。") };
        var command = new Command("add", Say("Complete a recipe with its defaults and the hashes of its model, and keep it.", "为配方补全默认值和模型哈希，并保存。")) { file, replace };
        command.SetAction((result, _) => Engines.RunAsync(async engines =>
        {
            var recipe = engines.Recipes.Add(result.GetRequiredValue(file), result.GetValue(replace));
            await Console.Out.WriteLineAsync($"{recipe.Name} {recipe.Sha256}");
            return ExitCode.Success;
        }));
        return command;
    }

    private static Command CreateRemove()
    {
        var name = new Argument<string>("NAME") { Description = Say("A recipe that was added.", "已添加的配方。") };
        var command = new Command("remove", Say("Forget a recipe. Its results and the batches that use it stay, and are still worked on.", "移除配方。其结果和使用它的批次保留，并继续处理。")) { name };
        command.SetAction((result, _) => Engines.RunAsync(engines =>
        {
            engines.Recipes.Remove(result.GetRequiredValue(name));
            return Task.FromResult(ExitCode.Success);
        }));
        return command;
    }

    private static async Task<int> ListAsync(Engines engines, bool json)
    {
        var listings = engines.Recipes.List();
        foreach (var listing in listings.Where(listing => listing.Problem is not null))
        {
            await Console.Error.WriteLineAsync(Say($"error: recipe '{listing.Name}': {listing.Problem}", $"错误：配方 '{listing.Name}'：{listing.Problem}"));
        }

        var readable = listings.Where(listing => listing.Recipe is not null).Select(listing => (Recipe: listing.Recipe!, Origin: Origin(listing.Origin))).ToList();
        if (json)
        {
            readable.ForEach(entry => Console.WriteLine(Json(entry.Recipe, entry.Origin)));
        }
        else
        {
            var table = new Table().Border(TableBorder.Minimal).AddColumns(
                Say("name", "名称"), Say("stage", "阶段"), Say("engine", "引擎"), Say("model", "模型"), Say("prompt", "提示"), Say("seconds a text", "秒/条"),
                Say("origin", "来源"), "sha256");
            readable.ForEach(entry => table.AddRow(Cells(entry.Recipe, entry.Origin)));
            AnsiConsole.Write(table);
        }

        return readable.Count == listings.Count ? ExitCode.Success : ExitCode.Failure;
    }

    private static string[] Cells(RecipeDefinition recipe, string origin) =>
    [
        recipe.Name, Stage(recipe), recipe.Engine, Markup.Escape(recipe.Parameters.GetValueOrDefault("model", "")),
        Markup.Escape(recipe.Parameters.GetValueOrDefault("prompt", "")), recipe.SecondsPerText.ToString("0.####", CultureInfo.InvariantCulture), origin,
        recipe.Sha256[..12],
    ];

    private static string Json(RecipeDefinition recipe, string origin) => Utf8Output.Json(writer =>
    {
        writer.WriteString("name", recipe.Name);
        writer.WriteString("stage", Stage(recipe));
        writer.WriteString("engine", recipe.Engine);
        writer.WriteString("origin", origin);
        writer.WriteString("sha256", recipe.Sha256);
        writer.WriteNumber("seconds_per_text", recipe.SecondsPerText);
        if (recipe.Dimensions is { } dimensions)
        {
            writer.WriteNumber("dimensions", dimensions);
        }

        writer.WriteStartObject("parameters");
        foreach (var (name, value) in recipe.Parameters)
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
    });

    private static string Stage(RecipeDefinition recipe) => recipe.Stage == RecipeStage.Embed ? "embed" : "summarize";

    private static string Origin(RecipeOrigin origin) => origin switch
    {
        RecipeOrigin.BuiltIn => "built in",
        RecipeOrigin.Added => "added",
        _ => "model",
    };
}
