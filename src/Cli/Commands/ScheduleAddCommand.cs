using System.CommandLine;
using Pipeline.Cli.Submission;
using Pipeline.Inference.Recipes;
using Pipeline.Scoring.Evaluations;
using Pipeline.Storage;
using Pipeline.Storage.Evaluations;
using Pipeline.Storage.Reports;

namespace Pipeline.Cli.Commands;

/// <summary><c>schedule add</c>: makes a schedule and draws its pinned sample.</summary>
internal static class ScheduleAddCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = Say("Its name.", "名称。") };
        var kind = new Option<string>("--kind")
        {
            Description = Say(
                "reevaluation (runs are compared with a baseline) or stability (each text is generated several times).",
                "reevaluation（各次运行与基线比较）或 stability（每条文本生成多次）。"),
            HelpName = "KIND", DefaultValueFactory = _ => ScheduleDefinition.ReevaluationKind,
        };
        kind.AcceptOnlyFromAmong(ScheduleDefinition.ReevaluationKind, ScheduleDefinition.StabilityKind);
        var recipes = new Option<string[]>("--recipe", "-r") { Description = Say("The recipe to run; may be repeated.", "要运行的配方；可重复。"), HelpName = "NAME", Required = true };
        var pinned = new Option<int?>("--pinned") { Description = Say("Texts that every run repeats, drawn now; 0 for none. Default: 100, for stability 50.", "每次都重复的文本数，现在抽取；0 为不用。默认：100，稳定性检查为 50。"), HelpName = "N" };
        var samples = new Option<int?>("--samples") { Description = Say("Stability: generations of each text. Default: 5.", "稳定性检查：每条文本生成的次数。默认：5。"), HelpName = "N" };
        var temperature = new Option<double?>("--temperature")
        {
            Description = Say("Stability: above 0. Default: the recipe's own when it samples, else 0.7.", "稳定性检查：大于 0。默认：配方自带的温度，否则 0.7。"), HelpName = "T",
        };
        var batch = new Option<string?>("--batch", "-b") { Description = Say("Only documents of this batch (id or name).", "只用该批次的文档（批次号或名称）。"), HelpName = "BATCH" };
        var tenant = new Option<string?>("--tenant") { Description = Say("Only documents of this tenant, whose keys then see the schedule.", "只用该租户的文档；其密钥可看到该计划。"), HelpName = "T" };
        var limits = new ScheduleLimitOptions();
        var command = new Command("add", Say("Make a schedule.", "创建计划。")) { name, kind, recipes, pinned, samples, temperature, batch, tenant };
        limits.AddTo(command, isNew: true);
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var said = limits.Read(result);
            var found = result.GetRequiredValue(recipes).Distinct().Select(recipe => installation.Engines.Recipes.Find(recipe, RecipeStage.Summarize)).ToList();
            var usual = new ScheduleWish { Name = result.GetRequiredValue(name), Cron = said.Cron ?? "", Recipes = [.. found.Select(recipe => recipe.Name)] };
            var wish = usual with
            {
                Kind = result.GetRequiredValue(kind),
                TimeZone = said.TimeZone ?? usual.TimeZone,
                Pinned = result.GetValue(pinned),
                Fresh = said.Fresh,
                MinDrop = said.MinDrop,
                MinChange = said.MinChange,
                AlarmAfter = said.AlarmAfter ?? usual.AlarmAfter,
                AlarmWindow = said.AlarmWindow ?? usual.AlarmWindow,
                Samples = result.GetValue(samples),
                Temperature = result.GetValue(temperature),
            };
            var definition = wish.ToDefinition(result.GetValue(tenant), found);
            var now = TimeProvider.System.GetUtcNow();
            ScheduleRules.Check(definition, now);
            var ids = new List<int>();
            foreach (var recipe in found)
            {
                ids.Add((await RecipeRows.EnsureAsync(new RecipeRegistry(installation.DataSource), recipe, cancellationToken)).Id);
            }

            var batchId = result.GetValue(batch) is { } wanted ? (await new BatchReports(installation.DataSource).FindAsync(wanted, cancellationToken)).Id : (long?)null;
            await new ScheduleStore(installation.DataSource).AddAsync(definition with { RecipeIds = ids, BatchId = batchId }, cancellationToken);
            var next = CronText.Parse(definition.Cron, definition.TimeZone, now).Next(now);
            Console.WriteLine(Say($"schedule '{definition.Name}' runs next at {next:yyyy-MM-dd HH:mm zzz}", $"计划 '{definition.Name}' 下次运行：{next:yyyy-MM-dd HH:mm zzz}"));
            return ExitCode.Success;
        }));
        return command;
    }
}
