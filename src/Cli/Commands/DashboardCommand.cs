using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Pipeline.Cli.Status;
using Pipeline.Storage.Access;

namespace Pipeline.Cli.Commands;

/// <summary><c>dashboard</c>: where it is, with a password for one log-in.</summary>
internal static class DashboardCommand
{
    // The launcher says where the services listen that it has started.
    private const string AddressVariable = "PIPELINE__SERVICES__SCORING";
    private static readonly TimeSpan s_lifetime = TimeSpan.FromMinutes(15);

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = Say("One JSON object.", "一个 JSON 对象。") };
        var command = new Command(
            "dashboard", Say("Where the dashboard is, with a password for one log-in.", "控制台的地址，以及一次性登录密码。")) { json };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var address = Environment.GetEnvironmentVariable(AddressVariable);
            var (password, expiresAt) = await new OneTimePasswordStore(installation.DataSource).CreateAsync(s_lifetime, cancellationToken);
            if (result.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(
                    new { Url = address, User = "operator", Password = password, ExpiresAt = expiresAt }, StatusJson.Options));
                return ExitCode.Success;
            }

            var until = expiresAt.ToLocalTime().ToString("HH:mm", CultureInfo.InvariantCulture);
            Console.WriteLine(Say(
                $"dashboard: {address ?? "at the address of your Scoring service"}/", $"控制台：{address ?? "您的 Scoring 服务的地址"}/"));
            Console.WriteLine(Say($"user:      operator", $"用户名：operator"));
            Console.WriteLine(Say($"password:  {password}  (one log-in, until {until})", $"密码：{password} （仅可登录一次，{until} 前有效）"));
            return ExitCode.Success;
        }));
        return command;
    }
}
