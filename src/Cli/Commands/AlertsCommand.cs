using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Pipeline.Cli.Status;
using Pipeline.Storage.Alerts;
using Spectre.Console;

namespace Pipeline.Cli.Commands;

/// <summary><c>alerts</c>: what is wrong, and saying that one knows.</summary>
internal static class AlertsCommand
{
    public static Command Create() =>
        new("alerts", Say("List and acknowledge alerts.", "列出和确认告警。")) { CreateList(), CreateAcknowledge() };

    private static Command CreateList()
    {
        var all = new Option<bool>("--all", "-a") { Description = Say("Resolved ones too.", "包括已解除的告警。") };
        var newest = new Option<int>("--newest", "-n") { Description = Say("How many.", "显示多少条。"), HelpName = "N", DefaultValueFactory = _ => 50 };
        newest.Validators.Add(result =>
        {
            if (result.TryGet<int>(out var given) && given < 1)
            {
                result.AddError(Say("--newest must be at least 1.", "--newest 至少为 1。"));
            }
        });
        var json = new Option<bool>("--json") { Description = Say("One JSON object a line.", "每行一个 JSON 对象。") };
        var command = new Command("list", Say("List open alerts, newest first.", "列出未解除的告警，最新的在前。")) { all, newest, json };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var rows = await new AlertLedger(installation.DataSource).ListAsync(!result.GetValue(all), result.GetValue(newest), tenant: null, cancellationToken);
            Print(rows, result.GetValue(json));
            return ExitCode.Success;
        }));
        return command;
    }

    private static Command CreateAcknowledge()
    {
        var ids = new Argument<long[]>("ID") { Description = Say("Alerts, as numbered by 'alerts list'.", "告警编号，见 'alerts list'。"), Arity = ArgumentArity.OneOrMore };
        var by = new Option<string>("--by") { Description = Say("Who knows. Default: the user who runs this.", "由谁确认。默认：运行命令的用户。"), HelpName = "NAME", DefaultValueFactory = _ => Environment.UserName };
        var json = new Option<bool>("--json") { Description = Say("One JSON object a line.", "每行一个 JSON 对象。") };
        var command = new Command(
            "acknowledge",
            Say("Say that an alert is known. It stays open until what it is about is over.", "确认已知晓某条告警。问题结束前它仍保持未解除。")) { ids, by, json };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            if (result.GetRequiredValue(by) is not { Length: > 0 } name)
            {
                throw new UsageException(Say("--by must name somebody.", "--by 必须写明由谁确认。"));
            }

            var ledger = new AlertLedger(installation.DataSource);
            var rows = new List<AlertRow>();
            var unknown = new List<long>();
            foreach (var id in result.GetRequiredValue(ids))
            {
                if (await ledger.AcknowledgeAsync(id, name, tenant: null, cancellationToken) is { } row)
                {
                    rows.Add(row);
                }
                else
                {
                    unknown.Add(id);
                }
            }

            if (rows.Count > 0)
            {
                Print(rows, result.GetValue(json));
            }

            return unknown.Count == 0
                ? ExitCode.Success
                : CommandRunner.Complain(Say(
                    $"There is no alert {string.Join(", ", unknown)}; './pipeline alerts list --all' shows those that there are.",
                    $"没有告警 {string.Join("、", unknown)}；'./pipeline alerts list --all' 可查看已有的告警。"));
        }));
        return command;
    }

    private static void Print(IReadOnlyList<AlertRow> rows, bool json)
    {
        if (!json)
        {
            AnsiConsole.Write(Table(rows));
            return;
        }

        foreach (var row in rows)
        {
            Console.WriteLine(JsonSerializer.Serialize(AlertDocument.Of(row), StatusJson.Options));
        }
    }

    private static Table Table(IReadOnlyList<AlertRow> rows)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns(
            "id", Say("severity", "级别"), Say("rule", "规则"), Say("subject", "对象"), Say("since (UTC)", "起始 (UTC)"), Say("seen", "次数"),
            Say("state", "状态"), Say("message", "说明"));
        foreach (var row in rows)
        {
            table.AddRow(new[]
            {
                row.Id.ToString(CultureInfo.InvariantCulture), row.Alert.Severity.ToString().ToLowerInvariant(), row.Alert.Rule, row.Alert.Subject,
                row.OpenedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
                row.Occurrences.ToString(CultureInfo.InvariantCulture),
                row.ResolvedAt is not null ? "resolved" : row.AcknowledgedBy is { } by ? $"acknowledged ({by})" : "open",
                Say(row.Alert.Message, row.Alert.Chinese ?? row.Alert.Message),
            }.Select(Markup.Escape).ToArray());
        }

        return rows.Count > 0 ? table : table.Caption(Say("no alert is open", "没有未解除的告警"));
    }
}
