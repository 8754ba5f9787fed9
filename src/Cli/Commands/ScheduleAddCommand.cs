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
        var cron = new Option<string>("--cron")
        {
            Description = Say("When: minute, hour, day of the month, month, day of the week, such as '0 3 * * *'.", "时间：分、时、日、月、星期，例如 '0 3 * * *'。"),
            HelpName = "CRON", Required = true,
        };
        var zone = new Option<string>("--time-zone") { Description = Say("Time zone of the cron expression, such as Asia/Shanghai.", "cron 表达式的时区，例如 Asia/Shanghai。"), HelpName = "ZONE", DefaultValueFactory = _ => "UTC" };
        var recipes = new Option<string[]>("--recipe", "-r") { Description = Say("The recipe to run; may be repeated.", "要运行的配方；可重复。"), HelpName = "NAME", Required = true };
        var pinned = new Option<int>("--pinned") { Description = Say("Texts that every run repeats, drawn now; 0 for none.", "每次都重复的文本数，现在抽取；0 为不用。"), HelpName = "N", DefaultValueFactory = _ => 100 };
        var fresh = new Option<int>("--fresh") { Description = Say("Texts drawn for each run from what came in since the one before; 0 for none.", "每次从上次以来的新流入中抽取的文本数；0 为不用。"), HelpName = "N", DefaultValueFactory = _ => 100 };
        var batch = new Option<string?>("--batch", "-b") { Description = Say("Only documents of this batch (id or name).", "只用该批次的文档（批次号或名称）。"), HelpName = "BATCH" };
        var tenant = new Option<string?>("--tenant") { Description = Say("Only documents of this tenant, whose keys then see the schedule.", "只用该租户的文档；其密钥可看到该计划。"), HelpName = "T" };
        var minDrop = new Option<double>("--min-drop") { Description = Say("Smallest drop of a mean score that counts; 0.01 is one ROUGE point.", "计为下降的最小均值降幅；0.01 为一个 ROUGE 点。"), HelpName = "X", DefaultValueFactory = _ => 0.01 };
        var minChange = new Option<double>("--min-change") { Description = Say("How far summaries may move from the baseline's (1 - ROUGE-L) before it counts.", "摘要与基线摘要的差异（1 - ROUGE-L）达到多少才计入。"), HelpName = "X", DefaultValueFactory = _ => 0.1 };
        var after = new Option<int>("--alarm-after") { Description = Say("Runs with a drop that raise an alarm ...", "多少次下降才告警 ..."), HelpName = "K", DefaultValueFactory = _ => 2 };
        var window = new Option<int>("--alarm-window") { Description = Say("... of this many latest runs.", "... 在最近多少次运行之中。"), HelpName = "M", DefaultValueFactory = _ => 3 };
        var command = new Command("add", Say("Make a schedule.", "创建计划。")) { name, cron, zone, recipes, pinned, fresh, batch, tenant, minDrop, minChange, after, window };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var definition = new ScheduleDefinition
            {
                Name = result.GetRequiredValue(name),
                Cron = result.GetRequiredValue(cron),
                TimeZone = result.GetRequiredValue(zone),
                RecipeIds = [],
                Tenant = result.GetValue(tenant),
                Pinned = result.GetValue(pinned),
                Fresh = result.GetValue(fresh),
                MinDrop = result.GetValue(minDrop),
                MinChange = result.GetValue(minChange),
                AlarmAfter = result.GetValue(after),
                AlarmWindow = result.GetValue(window),
            };
            var now = TimeProvider.System.GetUtcNow();
            Check(definition, now);
            var found = result.GetRequiredValue(recipes).Distinct().Select(recipe => installation.Engines.Recipes.Find(recipe, RecipeStage.Summarize)).ToList();
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

    private static void Check(ScheduleDefinition definition, DateTimeOffset now)
    {
        try
        {
            ScheduleRules.Check(definition, now);
        }
        catch (ScheduleException exception)
        {
            throw new UsageException(exception.Message);
        }
    }
}
