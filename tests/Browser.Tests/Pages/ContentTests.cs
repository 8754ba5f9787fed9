using Microsoft.Playwright;
using Npgsql;
using Pipeline.Scoring.Evaluations;
using Pipeline.Storage;
using Pipeline.Storage.Alerts;
using Pipeline.Storage.Evaluations;
using Pipeline.Testing;

namespace Pipeline.Browser.Tests.Pages;

/// <summary>Every page with something on it, in both themes and both languages.</summary>
[Collection(BrowserTests.Name)]
public sealed class ContentTests(DashboardWorld world)
{
    // What of a page is said by the page; the rest are names, codes and figures, the same in every language.
    private const string Said = """
        () => [...document.querySelectorAll('h1, h2, th[scope=col], label, legend, dt, button, nav a, a.primary, a.secondary, .hint, summary, .state, .flag, .alert-card > .text')]
            .filter(e => e.offsetParent).map(e => e.innerText.trim()).filter(text => /[A-Za-z]{2}/.test(text) && !/\p{Script=Han}/u.test(text))
        """;

    private const string Search = "/documents?meaning=打印机无法启动";

    private static readonly string[] s_names =
    [
        "English", "extractive", "lead", "hashing", "operator", "nightly", "stable", "Asia/Shanghai", "ROUGE", "rouge", "cosine", "compression", "Holm",
        DashboardWorld.SamplingRecipe, DashboardWorld.Image, DashboardWorld.Script,
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private NpgsqlDataSource DataSource => world.Database.DataSource;

    [Fact]
    public async Task Pages_with_content_leave_nothing_in_English_where_Chinese_is_asked_for()
    {
        await using var first = await world.OpenAsync();
        await using var worker = await world.StartWorkerAsync();
        var (nightly, stable) = (await ScheduleAsync("nightly", null), await ScheduleAsync("stable", new(3, 0.7)));
        try
        {
            await RunAsync(nightly, "left(t.body, 14)");
            await RunAsync(nightly, "right(t.body, 14)");
            await RunAsync(stable, "case when g.sample = 1 then left(t.body, 14) else right(t.body, 14) end");
            await RaiseAsync();
            await Eventually.TrueAsync(
                async () =>
                {
                    await first.Page.GotoAsync(Search);
                    return await first.Page.Locator(".documents tbody tr").CountAsync() > 0;
                },
                TimeSpan.FromSeconds(60), () => worker.Log);
            (string Name, string Path)[] pages =
            [
                ("backlog", "/"), ("documents", "/documents"), ("search", Search),
                ("document", "/documents/1/30?similar=true"), ("quality", "/quality"), ("compare", "/compare?batch=1&a=lead&b=extractive&slice=length"), ("alerts", "/alerts"),
                ("schedules", "/schedules"), ("schedule", $"/schedules/{nightly}"), ("stability", $"/schedules/{stable}"),
                ("schedule-new", "/schedules/new"), ("stability-new", "/schedules/new?kind=stability"),
                ("reviews", "/reviews"), ("review", $"/reviews/{world.OpenReview}?reviewer=ann"), ("review-report", $"/reviews/{world.ClosedReview}/report"),
            ];
            (string Language, ColorScheme Theme)[] looks =
                [("zh-CN", ColorScheme.Dark), ("zh-CN", ColorScheme.Light), ("en-US", ColorScheme.Light), ("en-US", ColorScheme.Dark)];
            var english = new List<string>();
            foreach (var (language, theme) in Visit.TakesPictures ? looks : looks[..1])
            {
                await using var visit = await world.OpenAsync(options: new() { ColorScheme = theme, Locale = language });
                foreach (var (name, path) in pages)
                {
                    await visit.Page.GotoAsync(path);
                    await Assertions.Expect(visit.Page.Locator("main .card").First).ToBeVisibleAsync();
                    await Assertions.Expect(visit.Page.GetByText(language == "en-US" ? "Counting" : "正在统计")).ToHaveCountAsync(0, new() { Timeout = 30_000 });
                    await visit.ScreenshotAsync($"{name}-{language[..2]}-{theme}.png");
                    english.AddRange(language == "zh-CN" ? (await UntranslatedAsync(visit)).Select(text => $"{path}: {text}") : []);
                }

                await visit.AssertCleanAsync();
            }

            Assert.Empty(english.Distinct());
        }
        finally
        {
            await new ScheduleStore(DataSource).RemoveAsync(nightly, Token);
            await new ScheduleStore(DataSource).RemoveAsync(stable, Token);
            await DataSource.ExecuteAsync("delete from pipeline.alert_deliveries; delete from pipeline.alerts");
        }
    }

    private static async Task<IEnumerable<string>> UntranslatedAsync(Visit visit) =>
        (await visit.Page.EvaluateAsync<string[]>(Said)).Where(text => !s_names.Any(name => text.Contains(name, StringComparison.Ordinal)));

    private async Task<long> ScheduleAsync(string name, StabilitySampling? stability) => await new ScheduleStore(DataSource).AddAsync(
        new ScheduleDefinition
        {
            Name = name,
            Cron = "0 3 * * *",
            TimeZone = "Asia/Shanghai",
            Stability = stability,
            RecipeIds = await DataSource.ColumnAsync<int>(
                "select id from pipeline.recipes where name = $1 order by id", stability is null ? "lead" : DashboardWorld.SamplingRecipe),
            Pinned = 40,
            Fresh = 0,
            AlarmAfter = 1,
        },
        Token);

    // The workers are not there; this is what one would have written.
    private async Task RunAsync(long schedule, string engine)
    {
        var row = await new ScheduleStore(DataSource).FindAsync(schedule, Token) ?? throw new InvalidOperationException("The schedule is gone.");
        var start = await new ScheduleRunner(new EvaluationStarter(DataSource), new RecipeRegistry(DataSource)).StartAsync(row, $"test {Guid.NewGuid()}", Token);
        await DataSource.ExecuteAsync($"""
            update pipeline.generations g set attempts = 1, state = 'done', summary = {engine}, finish_reason = 'generated', truncated = false
            from pipeline.texts t where t.id = g.text_id and g.evaluation_id = $1
            """, start.Run);
        await Eventually.TrueAsync(
            () => DataSource.ScalarAsync<bool>("select state = 'done' from pipeline.evaluations where id = $1", start.Run),
            TimeSpan.FromSeconds(60), () => $"Run {start.Run} is not scored.");
    }

    private async Task RaiseAsync()
    {
        var ledger = new AlertLedger(DataSource);
        var over = new Alert("failed-share", "lead", AlertSeverity.Warning, "3 of the latest 40 summaries of lead failed.", "select * from pipeline.failures where recipe = 'lead'")
        {
            Chinese = "lead 最近 40 条摘要中有 3 条失败。",
        };
        await ledger.RaiseAsync(over, Token);
        await ledger.ResolveAsync("default", over.Rule, over.Subject, Token);
        await ledger.RaiseAsync(
            new Alert("drift", "extractive", AlertSeverity.Critical, "The mean cosine of extractive fell from 0.82 to 0.61.", "select * from pipeline.health_daily order by day desc")
            {
                Value = 0.61, Threshold = 0.75, Chinese = "extractive 的平均余弦从 0.82 降到 0.61。",
            },
            Token);
    }
}
