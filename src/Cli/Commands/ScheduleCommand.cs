using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Pipeline.Cli.Evaluations;
using Pipeline.Cli.Status;
using Pipeline.Scoring.Evaluations;
using Pipeline.Storage;
using Pipeline.Storage.Evaluations;
using Spectre.Console;

namespace Pipeline.Cli.Commands;

/// <summary><c>schedule</c>: recurring re-evaluations and stability checks.</summary>
internal static class ScheduleCommand
{
    public static Command Create() => new(
        "schedule",
        Say(
            "Run recipes again at set times, on a pinned sample and on new inflow, and compare with a baseline, or check how stable they are.",
            "按时在固定样本和新流入上重新运行配方，并与基线比较，或检查其稳定性。"))
    {
        ScheduleAddCommand.Create(), ScheduleEditCommand.Create(), CreateList(), CreateRemove(), CreatePause(), CreateResume(), CreateRunNow(), CreateHistory(), CreateBaseline(),
    };

    private static Argument<string> Name() => new("NAME") { Description = Say("The schedule.", "计划。") };

    private static Option<bool> Json() => new("--json") { Description = Say("One JSON object a line.", "每行一个 JSON 对象。") };

    private static Command CreateList()
    {
        var json = Json();
        var command = new Command("list", Say("List the schedules.", "列出计划。")) { json };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var rows = await new ScheduleStore(installation.DataSource).ListAsync(cancellationToken);
            if (result.GetValue(json))
            {
                foreach (var row in rows)
                {
                    Console.WriteLine(JsonSerializer.Serialize(ScheduleDocument.Of(row, TimeProvider.System.GetUtcNow()), StatusJson.Options));
                }
            }
            else
            {
                AnsiConsole.Write(Table(rows));
            }

            return ExitCode.Success;
        }));
        return command;
    }

    private static Command CreateRemove()
    {
        var name = Name();
        var command = new Command("remove", Say("End a schedule. Its runs stay; its pinned texts can be pruned with their batches.", "结束计划。其运行记录保留；固定样本可随批次清理。")) { name };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var store = new ScheduleStore(installation.DataSource);
            var row = await store.FindAsync(result.GetRequiredValue(name), cancellationToken);
            await store.RemoveAsync(row.Id, cancellationToken);
            Console.WriteLine(Say($"schedule '{row.Definition.Name}' is removed", $"已移除计划 '{row.Definition.Name}'"));
            return ExitCode.Success;
        }));
        return command;
    }

    private static Command CreatePause() => Pausing(
        "pause", Say("Let a schedule run by itself no more, for now.", "暂停计划，不再自动运行。"), paused: true,
        name => Say($"schedule '{name}' is paused", $"计划 '{name}' 已暂停"));

    private static Command CreateResume() => Pausing(
        "resume", Say("Let a paused schedule run again.", "恢复已暂停的计划。"), paused: false,
        name => Say($"schedule '{name}' runs again", $"计划 '{name}' 已恢复"));

    private static Command Pausing(string verb, string description, bool paused, Func<string, string> report)
    {
        var name = Name();
        var command = new Command(verb, description) { name };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var store = new ScheduleStore(installation.DataSource);
            var row = await store.FindAsync(result.GetRequiredValue(name), cancellationToken);
            await store.PauseAsync(row.Id, paused, cancellationToken);
            Console.WriteLine(report(row.Definition.Name));
            return ExitCode.Success;
        }));
        return command;
    }

    private static Command CreateRunNow()
    {
        var name = Name();
        var wait = new Option<bool>("--wait", "-w") { Description = Say("Wait for its end and print its figures.", "等待结束并输出指标。") };
        var json = Json();
        var command = new Command("run-now", Say("Start a run, unless one is going on.", "立即开始一次运行，除非已有运行。")) { name, wait, json };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var row = await new ScheduleStore(installation.DataSource).FindAsync(result.GetRequiredValue(name), cancellationToken);
            var runner = new ScheduleRunner(new EvaluationStarter(installation.DataSource), new RecipeRegistry(installation.DataSource));
            var start = await runner.StartAsync(row, $"command {Guid.NewGuid():N}", cancellationToken);
            await Console.Error.WriteLineAsync(start.IsNew
                ? Say($"run {start.Run} has started with {start.Texts:N0} texts", $"运行 {start.Run} 已开始，{start.Texts:N0} 条文本")
                : Say($"run {start.Run} is going on; no other is started", $"运行 {start.Run} 正在进行；不再另开"));
            var reports = new EvaluationReports(installation.DataSource);
            var run = result.GetValue(wait)
                ? await new EvaluationWaiter(reports, TimeProvider.System).WaitAsync(start.Run, cancellationToken)
                : await reports.RunAsync(start.Run, cancellationToken);
            await PrintAsync(reports, [run], result.GetValue(json), cancellationToken);
            return ExitCode.Success;
        }));
        return command;
    }

    private static Command CreateHistory()
    {
        var name = Name();
        var newest = StabilityCommand.Whole("--newest", Say("How many runs.", "显示多少次运行。"), 20, 1, 10_000);
        var json = Json();
        var command = new Command("history", Say("The runs of a schedule with their figures, newest first; * marks the baseline.", "计划的运行及指标，最新的在前；* 为基线。")) { name, newest, json };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var row = await new ScheduleStore(installation.DataSource).FindAsync(result.GetRequiredValue(name), cancellationToken);
            var reports = new EvaluationReports(installation.DataSource);
            await PrintAsync(reports, await reports.HistoryAsync(row, result.GetValue(newest), cancellationToken), result.GetValue(json), cancellationToken);
            return ExitCode.Success;
        }));
        return command;
    }

    private static Command CreateBaseline()
    {
        var name = Name();
        var run = new Argument<long>("RUN") { Description = Say("A finished run of the schedule.", "该计划的一次已完成的运行。") };
        var command = new Command("set-baseline", Say("Compare the runs from now on with this one. The first run without a failure is the baseline until then.", "此后与该次运行比较。在此之前，第一次没有失败的运行为基线。")) { name, run };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var store = new ScheduleStore(installation.DataSource);
            var row = await store.FindAsync(result.GetRequiredValue(name), cancellationToken);
            await store.SetBaselineAsync(row, result.GetRequiredValue(run), cancellationToken);
            Console.WriteLine(Say($"run {result.GetRequiredValue(run)} is the baseline of '{row.Definition.Name}'", $"运行 {result.GetRequiredValue(run)} 成为 '{row.Definition.Name}' 的基线"));
            return ExitCode.Success;
        }));
        return command;
    }

    private static async Task PrintAsync(
        EvaluationReports reports, IReadOnlyList<EvaluationRunRow> runs, bool json, CancellationToken cancellationToken)
    {
        var figures = await reports.FiguresAsync(runs.Select(run => run.Run), cancellationToken);
        if (!json)
        {
            AnsiConsole.Write(EvaluationText.Table(runs, figures));
            return;
        }

        foreach (var run in runs)
        {
            Console.WriteLine(EvaluationText.Json(run, figures[run.Run]));
        }
    }

    private static Table Table(IReadOnlyList<ScheduleRow> rows)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns(
            Say("name", "名称"), Say("kind", "类型"), "cron", Say("time zone", "时区"), Say("next run", "下次运行"), Say("recipes", "配方"), Say("pinned", "固定"), Say("fresh", "新流入"),
            Say("baseline run", "基线运行"), Say("open run", "进行中"));
        foreach (var row in rows)
        {
            table.AddRow(
                Markup.Escape(row.Definition.Name), row.Definition.Kind, Markup.Escape(row.Definition.Cron), row.Definition.TimeZone,
                row.PausedAt is null
                    ? ScheduleDocument.Next(row, TimeProvider.System.GetUtcNow())?.ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture) ?? ""
                    : Say("paused", "已暂停"), Markup.Escape(string.Join(", ", row.Recipes)),
                N(row.Definition.Pinned), N(row.Definition.Fresh), N(row.BaselineRun), N(row.OpenRun));
        }

        return rows.Count > 0 ? table : table.Caption(Say("none yet; './pipeline schedule add' makes one", "还没有计划；'./pipeline schedule add' 可创建"));

        static string N(long? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";
    }
}
