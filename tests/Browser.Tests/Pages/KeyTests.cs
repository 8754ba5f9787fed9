using Microsoft.Playwright;
using Pipeline.Storage.Access;
using Pipeline.Storage.Alerts;

namespace Pipeline.Browser.Tests.Pages;

/// <summary>API keys open the dashboard: what they see is their tenant's, what they may do is their role's.</summary>
[Collection(BrowserTests.Name)]
public sealed class KeyTests(DashboardWorld world)
{
    private static readonly string[] s_pages = ["/", "/documents", "/documents/1/1", "/quality", "/compare", "/alerts", "/schedules"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ApiKeys Keys => new(world.Database.DataSource);

    [Fact]
    public async Task A_reader_looks_a_writer_changes_and_an_admin_sees_the_jobs()
    {
        var alert = await new AlertLedger(world.Database.DataSource).RaiseAsync(
            new Alert("role-rule", "roles", AlertSeverity.Warning, "Something.", "select 1"), Token);
        foreach (var (role, mayWrite, mayAdminister) in ((string, bool, bool)[])[("reader", false, false), ("writer", true, false), ("admin", true, true)])
        {
            await using var visit = await LogInAsync(role, "default");
            await Assertions.Expect(visit.Page.Locator(".who")).ToHaveTextAsync($"{role}-of-default");
            foreach (var path in s_pages)
            {
                Assert.Equal(200, (await visit.Page.GotoAsync(path))!.Status);
            }

            await visit.Page.GotoAsync("/alerts");
            await Assertions.Expect(visit.Page.Locator($"#acknowledge-{alert.Id}")).ToHaveCountAsync(mayWrite ? 1 : 0);
            await visit.AssertCleanAsync();
            Assert.Equal(mayWrite ? 200 : 403, (await visit.Page.GotoAsync("/schedules/new"))!.Status);
            Assert.Equal(mayAdminister ? 200 : 403, (await visit.Page.GotoAsync("/hangfire"))!.Status);
        }

        await new AlertLedger(world.Database.DataSource).ResolveAsync("default", "role-rule", "roles", Token);
    }

    [Fact]
    public async Task A_key_sees_nothing_of_other_tenants()
    {
        var alert = await new AlertLedger(world.Database.DataSource).RaiseAsync(
            new Alert("other-rule", "others", AlertSeverity.Warning, "Something.", "select 1"), Token);
        await using var visit = await LogInAsync("writer", "stranger");
        foreach (var path in s_pages.Where(path => path != "/documents/1/1"))
        {
            await visit.Page.GotoAsync(path);
            Assert.DoesNotContain("XSS", await visit.TextAsync(), StringComparison.Ordinal);
            Assert.DoesNotContain(DashboardWorld.BatchName, await visit.TextAsync(), StringComparison.Ordinal);
            Assert.DoesNotContain("other-rule", await visit.TextAsync(), StringComparison.Ordinal);
        }

        // Figures of the whole installation are for admins.
        await visit.Page.GotoAsync("/");
        await Assertions.Expect(visit.Page.Locator("[aria-labelledby=stages]")).ToHaveCountAsync(0);
        await visit.AssertCleanAsync();
        Assert.Equal(404, (await visit.Page.GotoAsync("/documents/1/1"))!.Status);
        Assert.Equal(404, (await visit.Page.GotoAsync("/compare?batch=1&a=lead&b=extractive"))!.Status);

        // Nor can it change anything of theirs: the token comes from a page of its own.
        await visit.Page.GotoAsync("/schedules/new");
        foreach (var (path, field, value) in ((string, string, string)[])[("/requeue", "batch", "1"), ("/alerts/acknowledge", "alert", $"{alert.Id}")])
        {
            Assert.Equal(404, await visit.Page.EvaluateAsync<int>(
                """
                async ([path, field, value]) => {
                    const body = new URLSearchParams({ [field]: value, __RequestVerificationToken: document.querySelector('[name=__RequestVerificationToken]').value });
                    return (await fetch(path, { method: 'POST', body, headers: { Accept: 'text/html' } })).status;
                }
                """,
                new[] { path, field, value }));
        }

        Assert.Equal(0, await world.Database.ScalarAsync<long>("select count(*) from pipeline.alerts where id = $1 and acknowledged_at is not null", alert.Id));
        await new AlertLedger(world.Database.DataSource).ResolveAsync("default", "other-rule", "others", Token);
    }

    [Fact]
    public async Task A_session_ends_with_its_key()
    {
        await using var visit = await LogInAsync("reader", "revoked");
        Assert.Equal("/", new Uri(visit.Page.Url).AbsolutePath);

        await Keys.RevokeAsync("reader-of-revoked", "revoked", Token);
        await visit.Page.GotoAsync("/documents");

        Assert.Equal("/login", new Uri(visit.Page.Url).AbsolutePath);
        await visit.AssertCleanAsync();
    }

    private async Task<Visit> LogInAsync(string role, string tenant)
    {
        var visit = await world.OpenAsync(logIn: false);
        await visit.LogInAsync(await Keys.CreateAsync($"{role}-of-{tenant}", tenant, role, Token));
        return visit;
    }
}
