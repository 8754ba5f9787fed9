using Microsoft.Playwright;
using Pipeline.Storage.Alerts;
using Pipeline.Testing;

namespace Pipeline.Browser.Tests.Pages;

[Collection(BrowserTests.Name)]
public sealed class AlertsPageTests(DashboardWorld world)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_alert_is_shown_with_its_query_acknowledged_and_later_history()
    {
        var ledger = new AlertLedger(world.Database.DataSource);
        var subject = "lead" + DashboardWorld.Image;
        var alert = await ledger.RaiseAsync(
            new Alert("test-rule", subject, AlertSeverity.Critical, "Something is wrong. " + DashboardWorld.Script, "select 1 -- " + DashboardWorld.Script)
            {
                Value = 0.25, Threshold = 0.5,
            },
            Token);
        await using var visit = await world.OpenAsync("/alerts");
        var card = visit.Page.Locator($"[aria-labelledby='alert-{alert.Id}']");
        await Assertions.Expect(card).ToContainTextAsync("critical");
        await Assertions.Expect(card).ToContainTextAsync(subject);
        await Assertions.Expect(card).ToContainTextAsync("Something is wrong. " + DashboardWorld.Script);
        await Assertions.Expect(card).ToContainTextAsync("0.25 / 0.5");
        await card.Locator("summary").ClickAsync();
        await Assertions.Expect(card.Locator("pre")).ToHaveTextAsync("select 1 -- " + DashboardWorld.Script);

        await visit.FollowAsync(card.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }));
        Assert.Contains($"Alert {alert.Id} is acknowledged.", await visit.TextAsync(), StringComparison.Ordinal);
        await Assertions.Expect(card).ToContainTextAsync("Acknowledged by operator");
        await Assertions.Expect(card.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" })).ToHaveCountAsync(0);
        await visit.AssertCleanAsync();

        await ledger.ResolveAsync("default", "test-rule", subject, Token);
        await visit.Page.GotoAsync("/alerts");
        await Assertions.Expect(card).ToHaveCountAsync(0);
        var history = visit.Page.Locator("[aria-labelledby=history] tbody tr", new() { HasText = subject });
        await Assertions.Expect(history).ToHaveCountAsync(1);
        Assert.Contains(subject, await history.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("operator", await history.InnerTextAsync(), StringComparison.Ordinal);
        await visit.AssertCleanAsync();
    }

    [Fact]
    public async Task An_alert_speaks_the_language_of_the_reader_and_English_where_it_has_no_other()
    {
        var ledger = new AlertLedger(world.Database.DataSource);
        var both = await ledger.RaiseAsync(new Alert("test-rule", "both", AlertSeverity.Critical, "Something is wrong.", "select 1") { Chinese = "出问题了。" }, Token);
        var old = await ledger.RaiseAsync(new Alert("test-rule", "old", AlertSeverity.Warning, "Something is wrong.", "select 1"), Token);
        await using var chinese = await world.OpenAsync("/alerts", options: new() { Locale = "zh-CN" });
        await using var english = await world.OpenAsync("/alerts");

        Assert.Equal(["严重", "出问题了。"], await SaidAsync(chinese, both.Id));
        Assert.Equal(["警告", "Something is wrong."], await SaidAsync(chinese, old.Id));
        Assert.Equal(["critical", "Something is wrong."], await SaidAsync(english, both.Id));

        await ledger.ResolveAsync("default", "test-rule", "both", Token);
        await ledger.ResolveAsync("default", "test-rule", "old", Token);
        await chinese.Page.GotoAsync("/alerts");
        Assert.Contains("出问题了。", await chinese.Page.Locator("[aria-labelledby=history]").InnerTextAsync(), StringComparison.Ordinal);
        await world.Database.DataSource.ExecuteAsync("delete from pipeline.alerts where rule = 'test-rule'");
    }

    private static async Task<IReadOnlyList<string>> SaidAsync(Visit visit, long alert) =>
        await visit.Page.Locator($"[aria-labelledby='alert-{alert}']").Locator(".state, > .text").AllInnerTextsAsync();
}
