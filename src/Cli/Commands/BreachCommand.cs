using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Pipeline.Cli.Status;
using Pipeline.Cli.Submission;
using Pipeline.Inference.Recipes;
using Pipeline.Storage;
using Pipeline.Storage.Rows;
using Pipeline.Storage.Scores;
using Spectre.Console;

namespace Pipeline.Cli.Commands;

/// <summary><c>breach</c>: what becomes of summaries beyond their limits.</summary>
internal static class BreachCommand
{
    public static Command Create() =>
        new("breach", Say("What becomes of summaries beyond their limits of health.", "摘要超出健康阈值时的处理方式。")) { CreateList(), CreateSet() };

    private static Command CreateList()
    {
        var json = new Option<bool>("--json") { Description = Say("One JSON object a line.", "每行一个 JSON 对象。") };
        var command = new Command("list", Say("List recipes whose summaries are not only flagged.", "列出不只是标记超限摘要的配方。")) { json };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            Print(await new BreachActions(installation.DataSource).ListAsync(cancellationToken), result.GetValue(json));
            return ExitCode.Success;
        }));
        return command;
    }

    private static Command CreateSet()
    {
        var recipe = new Argument<string>("RECIPE") { Description = Say("Whose summaries.", "哪个配方的摘要。") };
        var action = new Argument<BreachAction>("ACTION")
        {
            Description = Say(
                "flag; quarantine, until the failure is requeued; or fallback, once, both summaries are kept.",
                "flag（仅标记）；quarantine（隔离，直到重新排队）；fallback（用备用配方重试一次，两份摘要都保留）。"),
        };
        var fallback = new Option<string?>("--to") { Description = Say("The recipe to fall back to.", "备用配方。"), HelpName = "RECIPE" };
        var json = new Option<bool>("--json") { Description = Say("One JSON object a line.", "每行一个 JSON 对象。") };
        var command = new Command("set", Say("Choose it for a recipe. It holds for summaries that are scored from then on.", "为配方选择处理方式。对此后评分的摘要生效。"))
        {
            recipe, action, fallback, json,
        };
        command.Validators.Add(result =>
        {
            if ((result.GetValue(action) == BreachAction.Fallback) != (result.GetValue(fallback) is not null))
            {
                result.AddError(Say("--to RECIPE belongs to fallback, and to nothing else.", "--to RECIPE 须与 fallback 一起使用，且只能与它一起使用。"));
            }
            else if (result.GetValue(fallback) == result.GetValue(recipe))
            {
                result.AddError(Say("A recipe can't fall back to itself.", "配方不能以自身为备用。"));
            }
        });
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var row = await RowAsync(installation, result.GetRequiredValue(recipe), cancellationToken);
            var other = result.GetValue(fallback) is { } name ? await RowAsync(installation, name, cancellationToken) : null;
            var actions = new BreachActions(installation.DataSource);
            await actions.SetAsync(row.Id, result.GetValue(action), other?.Id, cancellationToken);
            Print(await actions.ListAsync(cancellationToken), result.GetValue(json));
            return ExitCode.Success;
        }));
        return command;
    }

    private static Task<RecipeRow> RowAsync(Installation installation, string name, CancellationToken cancellationToken) => RecipeRows.EnsureAsync(
        new RecipeRegistry(installation.DataSource), installation.Engines.Recipes.Find(name, RecipeStage.Summarize), cancellationToken);

    private static void Print(IReadOnlyList<BreachActionRow> rows, bool json)
    {
        if (json)
        {
            foreach (var row in rows)
            {
                Console.WriteLine(JsonSerializer.Serialize(row, StatusJson.Options));
            }

            return;
        }

        var table = new Table().Border(TableBorder.Minimal).AddColumns(
            "id", Say("recipe", "配方"), Say("action", "处理"), Say("falls back to", "备用配方"), Say("fallbacks so far", "已回退"));
        foreach (var row in rows)
        {
            table.AddRow(
                row.RecipeId.ToString(CultureInfo.InvariantCulture), Markup.Escape(row.Recipe), row.Action.ToString().ToLowerInvariant(), Markup.Escape(row.Fallback ?? ""),
                row.Fallbacks.ToString("N0", CultureInfo.InvariantCulture));
        }

        AnsiConsole.Write(rows.Count > 0 ? table : table.Caption(Say("summaries beyond their limits are flagged", "超出阈值的摘要仅作标记")));
    }
}
