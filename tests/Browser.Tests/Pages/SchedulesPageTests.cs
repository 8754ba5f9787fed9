using Microsoft.Playwright;
using Pipeline.Testing;

namespace Pipeline.Browser.Tests.Pages;

[Collection(BrowserTests.Name)]
public sealed class SchedulesPageTests(DashboardWorld world)
{
    // An engine that finds what the ticket is about, and one that has lost it.
    private const string Good = "left(t.body, 14)", Bad = "right(t.body, 14)";

    [Fact]
    public async Task A_schedule_is_made_run_judged_edited_paused_and_removed()
    {
        await using var visit = await world.OpenAsync("/schedules/new");
        await visit.Page.GetByLabel("Name").FillAsync(DashboardWorld.Script);
        await visit.Page.GetByLabel("lead", new() { Exact = true }).CheckAsync();
        await visit.Page.GetByLabel("Time (cron)").FillAsync("0 25 * * *");
        await visit.Page.GetByLabel("Pinned texts").FillAsync("20");
        await visit.Page.GetByLabel("Fresh texts").FillAsync("0");
        await visit.FollowAsync(Button(visit, "Save"));

        // Refused with the words of the rule; what was typed is still there.
        Assert.Contains("'0 25 * * *' is no cron expression", await visit.TextAsync(), StringComparison.Ordinal);
        Assert.Equal(DashboardWorld.Script, await visit.Page.GetByLabel("Name").InputValueAsync());
        Assert.True(await visit.Page.GetByLabel("lead", new() { Exact = true }).IsCheckedAsync());
        await visit.Page.GetByLabel("Time (cron)").FillAsync("0 3 * * *");
        await visit.Page.GetByLabel("Time zone").FillAsync("Asia/Shanghai");
        await visit.FollowAsync(Button(visit, "Save"));
        Assert.Equal(DashboardWorld.Script, (await visit.Page.Locator("h1").InnerTextAsync()).Trim());
        Assert.Contains("03:00 +08:00", await visit.TextAsync(), StringComparison.Ordinal);

        // The first run is the baseline, the second drops from it.
        await visit.FollowAsync(Button(visit, "Run now"));
        await Assertions.Expect(visit.Page.Locator(".run")).ToContainTextAsync("20 of 20 generations are still to be made.");
        await GenerateAsync(Good);
        await Assertions.Expect(visit.Page.Locator(".run").Last).ToContainTextAsync("no-baseline");
        await Assertions.Expect(visit.Page.Locator(".run").Last.Locator(".baseline")).ToHaveCountAsync(1);
        await visit.FollowAsync(Button(visit, "Run now"));
        await GenerateAsync(Bad);
        await Assertions.Expect(visit.Page.Locator(".run").First.Locator(".state-drop").First).ToBeVisibleAsync();
        await visit.FollowAsync(visit.Page.Locator(".run").First.GetByRole(AriaRole.Button, new() { Name = "Set as baseline" }));
        await Assertions.Expect(visit.Page.Locator(".run").First.Locator(".baseline")).ToHaveCountAsync(1);

        await visit.FollowAsync(visit.Page.GetByRole(AriaRole.Link, new() { Name = "Edit" }));
        await visit.Page.GetByLabel("Alarm after this many drops").FillAsync("9");
        await visit.FollowAsync(Button(visit, "Save"));
        Assert.Contains("An alarm after 9 of 3 runs can't be", await visit.TextAsync(), StringComparison.Ordinal);
        await visit.Page.GetByLabel("Alarm after this many drops").FillAsync("1");
        await visit.FollowAsync(Button(visit, "Save"));
        Assert.Contains("1 of 3 runs", await visit.TextAsync(), StringComparison.Ordinal);

        await visit.FollowAsync(Button(visit, "Pause"));
        await visit.Page.GotoAsync("/schedules");
        await Assertions.Expect(visit.Page.Locator("main tbody tr")).ToContainTextAsync("paused");
        await visit.FollowAsync(visit.Page.GetByRole(AriaRole.Link, new() { Name = DashboardWorld.Script }));
        await visit.FollowAsync(Button(visit, "Resume"));
        await visit.AssertCleanAsync();

        // Asked first.
        await Button(visit, "Remove…").ClickAsync();
        await Button(visit, "Leave it").ClickAsync();
        await Button(visit, "Remove…").ClickAsync();
        await visit.FollowAsync(Button(visit, "Remove"));
        Assert.Contains("There is no schedule yet.", await visit.TextAsync(), StringComparison.Ordinal);
        await visit.AssertCleanAsync();
    }

    [Fact]
    public async Task A_stability_check_is_made_from_a_recipe_that_draws_and_its_runs_have_no_baseline()
    {
        await using var visit = await world.OpenAsync("/schedules/new?kind=stability", options: new() { Locale = "zh-CN" });
        Assert.Equal("新建稳定性检查", await visit.Page.Locator("h1").InnerTextAsync());
        Assert.Equal(0, await visit.Page.GetByLabel("lead", new() { Exact = true }).CountAsync());
        await visit.Page.GetByLabel("名称").FillAsync("stable");
        await visit.Page.GetByLabel(DashboardWorld.SamplingRecipe, new() { Exact = true }).CheckAsync();
        await visit.Page.GetByLabel("固定文本").FillAsync("20");
        await visit.Page.GetByLabel("每条文本生成的次数").FillAsync("3");
        await visit.Page.GetByLabel("温度").FillAsync("9");
        await visit.FollowAsync(Button(visit, "保存"));
        Assert.Contains("above 0 and at most 2", await visit.TextAsync(), StringComparison.Ordinal);
        await visit.Page.GetByLabel("温度").FillAsync("");
        await visit.Page.GetByLabel("告警所需的不稳定次数").FillAsync("1");
        await visit.FollowAsync(Button(visit, "保存"));
        Assert.Contains("不稳定界限", await visit.TextAsync(), StringComparison.Ordinal);

        await visit.FollowAsync(Button(visit, "立即运行"));
        await Assertions.Expect(visit.Page.Locator(".run")).ToContainTextAsync("共 60 次生成，剩余 60。");
        await GenerateAsync("case when g.sample = 1 then left(t.body, 14) else right(t.body, 14) end");
        await Assertions.Expect(visit.Page.Locator(".run .state-unstable")).ToBeVisibleAsync();
        await Assertions.Expect(visit.Page.Locator(".run .state-alarm").First).ToBeVisibleAsync();
        Assert.Equal(0, await Button(visit, "设为基线").CountAsync());
        await visit.Page.GotoAsync("/alerts");
        await Assertions.Expect(visit.Page.Locator("main")).ToContainTextAsync($"stable: {DashboardWorld.SamplingRecipe}");
        await visit.Page.GotoAsync("/schedules");
        await visit.FollowAsync(visit.Page.GetByRole(AriaRole.Link, new() { Name = "stable" }));
        await visit.FollowAsync(visit.Page.GetByRole(AriaRole.Link, new() { Name = "编辑" }));
        Assert.Equal(0, await visit.Page.GetByLabel("计为下降的最小降幅").CountAsync());
        await visit.FollowAsync(Button(visit, "保存"));
        await Button(visit, "移除…").ClickAsync();
        await visit.FollowAsync(Button(visit, "移除"));
        await world.Database.DataSource.ExecuteAsync("delete from pipeline.alert_deliveries; delete from pipeline.alerts where rule = 'unstable-generation'");
        await visit.AssertCleanAsync();
    }

    private static ILocator Button(Visit visit, string name) => visit.Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    // The workers are not there; this is what one would have written.
    private Task<int> GenerateAsync(string engine) => world.Database.DataSource.ExecuteAsync($"""
        update pipeline.generations g set attempts = 1, state = 'done', summary = {engine}, finish_reason = 'generated', truncated = false
        from pipeline.texts t where t.id = g.text_id and g.state = 'pending'
        """);
}
