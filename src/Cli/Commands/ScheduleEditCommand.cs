using System.CommandLine;
using Pipeline.Scoring.Evaluations;
using Pipeline.Storage.Evaluations;

namespace Pipeline.Cli.Commands;

/// <summary><c>schedule edit</c>: changes time, inflow or limits of a schedule.</summary>
internal static class ScheduleEditCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = Say("The schedule.", "计划。") };
        var limits = new ScheduleLimitOptions();
        var command = new Command(
            "edit",
            Say(
                "Change time, inflow or limits of a schedule; what is left out stays. Recipes and pinned sample make runs comparable: other ones are another schedule.",
                "修改计划的时间、新流入或限值；未给出的保持不变。配方和固定样本使各次运行可比：要换请另建计划。"))
        {
            name,
        };
        limits.AddTo(command, isNew: false);
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var change = limits.Read(result);
            if (change == new ScheduleChange())
            {
                throw new UsageException(Say(
                    "Nothing is to be changed; say what, such as --cron '0 4 * * *'.", "没有要修改的内容；请指明，例如 --cron '0 4 * * *'。"));
            }

            var store = new ScheduleStore(installation.DataSource);
            var row = await store.FindAsync(result.GetRequiredValue(name), cancellationToken);
            var now = TimeProvider.System.GetUtcNow();
            var changed = change.ApplyTo(row.Definition, now);
            await store.ChangeAsync(row.Id, changed, cancellationToken);
            Console.WriteLine(ScheduleDocument.Next(row with { Definition = changed }, now) is { } next
                ? Say($"schedule '{changed.Name}' is changed and runs next at {next:yyyy-MM-dd HH:mm zzz}", $"计划 '{changed.Name}' 已修改，下次运行：{next:yyyy-MM-dd HH:mm zzz}")
                : Say($"schedule '{changed.Name}' is changed; it is paused", $"计划 '{changed.Name}' 已修改；它处于暂停状态"));
            return ExitCode.Success;
        }));
        return command;
    }
}
