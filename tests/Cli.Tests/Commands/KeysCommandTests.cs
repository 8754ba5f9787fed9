using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Pipeline.Storage.Access;
using Pipeline.Testing;

namespace Pipeline.Cli.Tests.Commands;

public sealed class KeysCommandTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_is_shown_once_kept_as_a_hash_and_good_until_it_is_revoked()
    {
        var created = await RunAsync("create", "crm", "--role", "writer", "--tenant", "north");
        var key = created.Output.Trim();
        var twice = await RunAsync("create", "crm", "--role", "reader", "--tenant", "north");
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(key));
        var keys = new ApiKeys(database.DataSource);
        var holder = await keys.FindAsync(hash, Token);
        var revoked = await RunAsync("revoke", "crm", "--tenant", "north");
        var again = await RunAsync("create", "crm", "--role", "admin", "--tenant", "north", "--json");
        var list = await RunAsync("list", "--json");

        Assert.Equal(0, created.ExitCode);
        Assert.Matches("^pipeline-[A-Za-z0-9_-]{43}$", key);
        Assert.Equal(("crm", "north", "writer"), (holder!.Name, holder.Tenant, holder.Role));
        Assert.Equal(1, twice.ExitCode);
        Assert.Contains("./pipeline keys revoke crm", twice.Errors, StringComparison.Ordinal);
        Assert.Equal(0, revoked.ExitCode);
        Assert.Null(await keys.FindAsync(hash, Token));
        Assert.Equal("admin", again.Json.GetProperty("role").GetString());
        var lines = list.Output.Trim().Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["writer", "admin"], lines.Select(line => line.GetProperty("role").GetString()));
        Assert.Equal([true, false], lines.Select(line => line.GetProperty("revoked_at").ValueKind == JsonValueKind.String));
        Assert.DoesNotContain(key, list.Output, StringComparison.Ordinal);
        Assert.Equal(0, await database.ScalarAsync<long>("select count(*) from pipeline.api_keys k where k::text like '%' || $1 || '%'", key));
    }

    [Fact]
    public async Task Wrong_use_is_told_and_does_nothing()
    {
        Assert.Equal(2, (await RunAsync("create", "x")).ExitCode);
        Assert.Equal(2, (await RunAsync("create", "x", "--role", "owner")).ExitCode);
        Assert.Equal(2, (await RunAsync("create", " ", "--role", "reader")).ExitCode);
        var unknown = await RunAsync("revoke", "nobody");

        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("./pipeline keys list", unknown.Errors, StringComparison.Ordinal);
        Assert.Equal(0, await database.ScalarAsync<long>("select count(*) from pipeline.api_keys where tenant = 'default'"));
    }

    private Task<CliRun> RunAsync(params string[] arguments) => CliRun.StartAsync(database, AppContext.BaseDirectory, input: null, ["keys", .. arguments]);
}
