using Microsoft.Playwright;
using Pipeline.Storage.Alerts;

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
        var history = visit.Page.Locator("[aria-labelledby=history] tbody tr");
        await Assertions.Expect(history).ToHaveCountAsync(1);
        Assert.Contains(subject, await history.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("operator", await history.InnerTextAsync(), StringComparison.Ordinal);
        await visit.AssertCleanAsync();
    }
}
