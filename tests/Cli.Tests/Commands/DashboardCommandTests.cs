using System.Text.Json;
using Pipeline.Storage.Access;
using Pipeline.Testing;

namespace Pipeline.Cli.Tests.Commands;

public sealed class DashboardCommandTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_password_is_good_once_and_not_for_long()
    {
        var passwords = new OneTimePasswordStore(database.DataSource);

        var run = await RunAsync("--json");
        var password = run.Json.GetProperty("password").GetString()!;
        var text = await RunAsync();

        Assert.Equal((0, "operator"), (run.ExitCode, run.Json.GetProperty("user").GetString()));
        Assert.Equal(JsonValueKind.Null, run.Json.GetProperty("url").ValueKind);
        Assert.Matches("^[a-z2-9]{4}(-[a-z2-9]{4}){3}$", password);
        Assert.Matches("password:  [a-z2-9-]{19}  \\(one log-in, until ", text.Output);
        Assert.False(await passwords.RedeemAsync(password + "x", Token));
        Assert.True(await passwords.RedeemAsync(password, Token));
        Assert.False(await passwords.RedeemAsync(password, Token));

        var (late, _) = await passwords.CreateAsync(TimeSpan.FromMinutes(-1), Token);
        Assert.False(await passwords.RedeemAsync(late, Token));
        Assert.Equal(1, await database.ScalarAsync<long>("select count(*) from pipeline.one_time_passwords"));
    }

    private Task<CliRun> RunAsync(params string[] arguments) => CliRun.StartAsync(database, AppContext.BaseDirectory, input: null, ["dashboard", .. arguments]);
}
