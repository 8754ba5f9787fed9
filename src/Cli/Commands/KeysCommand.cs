using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Pipeline.Cli.Status;
using Pipeline.ServiceDefaults.Http;
using Pipeline.Storage.Access;
using Spectre.Console;

namespace Pipeline.Cli.Commands;

/// <summary><c>keys</c>: who may use the HTTP API.</summary>
internal static class KeysCommand
{
    private const int MaxNameCharacters = 100;

    public static Command Create() => new("keys", Say("Create, list and revoke keys of the HTTP API.", "创建、列出和吊销 HTTP API 的密钥。"))
    {
        CreateCreate(), CreateList(), CreateRevoke(),
    };

    private static Command CreateCreate()
    {
        var name = Name(Say("What the key is for; unique within its tenant.", "密钥的用途；在租户内唯一。"));
        var tenant = Tenant();
        var role = new Option<string>("--role")
        {
            Description = Say(
                "reader reads; writer also submits, cancels and requeues; admin also sees the whole installation.",
                "reader 只读；writer 还可提交、取消和重试；admin 还可查看整个系统。"),
            HelpName = string.Join('|', ApiRoles.All), Required = true,
        };
        role.AcceptOnlyFromAmong([.. ApiRoles.All]);
        var json = Json();
        var command = new Command(
            "create", Say("Make a key and show it, once: only its hash is kept.", "创建密钥并显示一次：系统只保存其哈希。")) { name, role, tenant, json };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var (own, owner, may) = (result.GetRequiredValue(name), result.GetRequiredValue(tenant), result.GetRequiredValue(role));
            var key = await new ApiKeys(installation.DataSource).CreateAsync(own, owner, may, cancellationToken);
            if (result.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(new { Name = own, Tenant = owner, Role = may, Key = key }, StatusJson.Options));
            }
            else
            {
                Console.WriteLine(key);
                await Console.Error.WriteLineAsync(Say(
                    "This is the only time that the key is shown. Send it as 'Authorization: Bearer KEY'.", "密钥只显示这一次。请以 'Authorization: Bearer KEY' 发送。"));
            }

            return ExitCode.Success;
        }));
        return command;
    }

    private static Command CreateList()
    {
        var json = new Option<bool>("--json") { Description = Say("One JSON object a line.", "每行一个 JSON 对象。") };
        var command = new Command("list", Say("List the keys, revoked ones too.", "列出密钥，包括已吊销的。")) { json };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var keys = await new ApiKeys(installation.DataSource).ListAsync(cancellationToken);
            if (result.GetValue(json))
            {
                foreach (var key in keys)
                {
                    Console.WriteLine(JsonSerializer.Serialize(key, StatusJson.Options));
                }

                return ExitCode.Success;
            }

            var table = new Table().Border(TableBorder.Minimal).AddColumns(
                Say("name", "名称"), Say("tenant", "租户"), Say("role", "角色"), Say("created (UTC)", "创建时间 (UTC)"), Say("last used", "最近使用"), Say("revoked", "吊销时间"));
            foreach (var key in keys)
            {
                table.AddRow(Markup.Escape(key.Name), Markup.Escape(key.Tenant), key.Role, Time(key.CreatedAt), Time(key.LastUsedAt), Time(key.RevokedAt));
            }

            AnsiConsole.Write(keys.Count > 0 ? table : table.Caption(Say("none yet: the API is closed to everybody", "还没有密钥：API 对所有人关闭")));
            return ExitCode.Success;
        }));
        return command;
    }

    private static Command CreateRevoke()
    {
        var name = Name(Say("The key.", "密钥。"));
        var tenant = Tenant();
        var command = new Command("revoke", Say("Revoke a key; the next request with it is refused.", "吊销密钥；之后用它的请求都会被拒绝。")) { name, tenant };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            await new ApiKeys(installation.DataSource).RevokeAsync(result.GetRequiredValue(name), result.GetRequiredValue(tenant), cancellationToken);
            Console.WriteLine(Say("revoked", "已吊销"));
            return ExitCode.Success;
        }));
        return command;
    }

    private static Argument<string> Name(string description)
    {
        var name = new Argument<string>("NAME") { Description = description };
        name.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } value && (string.IsNullOrWhiteSpace(value) || value.Length > MaxNameCharacters))
            {
                result.AddError(Say($"A name has between 1 and {MaxNameCharacters} characters.", $"名称长度须为 1 到 {MaxNameCharacters} 个字符。"));
            }
        });
        return name;
    }

    private static Option<string> Tenant() => new("--tenant")
    {
        Description = Say("Whose documents the key opens.", "密钥可访问哪个租户的文档。"), HelpName = "NAME", DefaultValueFactory = _ => "default",
    };

    private static Option<bool> Json() => new("--json") { Description = Say("Print one JSON object.", "输出一个 JSON 对象。") };

    private static string Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "";
}
