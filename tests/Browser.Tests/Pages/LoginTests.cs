using System.Text.RegularExpressions;
using Pipeline.Storage.Access;

namespace Pipeline.Browser.Tests.Pages;

[Collection(BrowserTests.Name)]
public sealed class LoginTests(DashboardWorld world)
{
    [Fact]
    public async Task Every_page_asks_for_the_log_in_and_goes_on_to_what_was_asked_for()
    {
        foreach (var path in (string[])["/", "/documents", "/documents/1/1", "/quality", "/hangfire"])
        {
            await using var visit = await world.OpenAsync(path, logIn: false);

            Assert.StartsWith("/login?return=", new Uri(visit.Page.Url).PathAndQuery, StringComparison.Ordinal);
            await visit.LogInAsync(DashboardWorld.Password);
            Assert.Equal(path, new Uri(visit.Page.Url).AbsolutePath);
            await visit.AssertCleanAsync();
        }
    }

    [Fact]
    public async Task A_wrong_password_is_refused_and_the_right_one_still_works()
    {
        await using var visit = await world.OpenAsync(logIn: false);

        await visit.LogInAsync("wrong");
        Assert.Contains("Wrong user or password.", await visit.TextAsync(), StringComparison.Ordinal);
        Assert.Null(await visit.CookieAsync("pipeline-session"));
        await visit.LogInAsync(DashboardWorld.Password);
        Assert.Equal("Backlog", await visit.Page.Locator("h1").InnerTextAsync());
        var session = await visit.CookieAsync("pipeline-session");
        Assert.True(session is { HttpOnly: true, SameSite: Microsoft.Playwright.SameSiteAttribute.Strict });
    }

    [Fact]
    public async Task A_password_for_one_log_in_opens_the_dashboard_once()
    {
        var (password, _) = await new OneTimePasswordStore(world.Database.DataSource).CreateAsync(TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken);
        await using var first = await world.OpenAsync(logIn: false);
        await using var second = await world.OpenAsync(logIn: false);

        await first.LogInAsync(password);
        await second.LogInAsync(password);

        Assert.Equal("Backlog", await first.Page.Locator("h1").InnerTextAsync());
        Assert.Contains("Wrong user or password.", await second.TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logging_out_ends_the_session()
    {
        await using var visit = await world.OpenAsync();

        await visit.FollowAsync(visit.Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Log out" }));
        await visit.Page.GotoAsync("/documents");

        Assert.Equal("/login", new Uri(visit.Page.Url).AbsolutePath);
        await visit.AssertCleanAsync();
    }

    [Fact]
    public async Task A_link_to_the_log_in_page_leads_to_no_other_site()
    {
        foreach (var target in (string[])["https://example.org/", "//example.org/", "/\\example.org/"])
        {
            await using var visit = await world.OpenAsync("/login?return=" + Uri.EscapeDataString(target), logIn: false);

            await visit.LogInAsync(DashboardWorld.Password);

            Assert.Equal(new Uri(world.Address, "/"), new Uri(visit.Page.Url));
            await visit.AssertCleanAsync();
        }
    }

    [Fact]
    public async Task Nothing_is_changed_without_the_token_of_a_page_of_ours()
    {
        await using var visit = await world.OpenAsync();

        var answer = await visit.Page.APIRequest.PostAsync("/requeue", new() { DataString = "batch=1", Headers = [new("Content-Type", "application/x-www-form-urlencoded")] });

        Assert.Equal(400, answer.Status);
    }

    [Fact]
    public async Task The_jobs_are_behind_the_same_log_in_and_look_as_they_should()
    {
        await using var visit = await world.OpenAsync("/hangfire");

        await visit.FollowAsync(visit.Page.GetByText("Recurring Jobs").First);

        Assert.Matches(new Regex("score-pending"), await visit.Page.Locator("body").InnerTextAsync());
        await visit.AssertCleanAsync();
    }
}
