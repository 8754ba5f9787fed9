using Microsoft.Playwright;

namespace Pipeline.Browser.Tests.Pages;

[Collection(BrowserTests.Name)]
public sealed class AppearanceTests(DashboardWorld world)
{
    private static readonly string[] s_pages =
    [
        "/", "/documents", "/documents/1/30", "/quality", "/compare", "/alerts", "/schedules", "/schedules/new", "/reviews", "/reviews/1?reviewer=ann",
        "/reviews/2/report",
    ];

    [Fact]
    public async Task The_theme_is_switched_and_remembered()
    {
        await using var visit = await world.OpenAsync("/documents");
        Assert.True(await IsLightAsync(visit));

        await visit.FollowAsync(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Dark" }));
        Assert.Equal("/documents", new Uri(visit.Page.Url).AbsolutePath);
        Assert.False(await IsLightAsync(visit));
        await visit.Page.GotoAsync("/quality");
        Assert.False(await IsLightAsync(visit));
        await visit.FollowAsync(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Light" }));
        Assert.True(await IsLightAsync(visit));
        await visit.AssertCleanAsync();
    }

    [Fact]
    public async Task Without_a_choice_the_theme_is_the_systems()
    {
        await using var visit = await world.OpenAsync(options: new() { ColorScheme = ColorScheme.Dark, Locale = "en-US" });

        Assert.False(await IsLightAsync(visit));
    }

    [Fact]
    public async Task The_language_is_the_browsers_until_another_is_chosen_which_is_remembered()
    {
        await using var visit = await world.OpenAsync(options: new() { Locale = "zh-CN" });
        Assert.Equal("积压", await visit.Page.Locator("h1").InnerTextAsync());
        Assert.Equal("zh-CN", await visit.Page.Locator("html").GetAttributeAsync("lang"));

        await visit.FollowAsync(visit.Page.GetByRole(AriaRole.Button, new() { Name = "English" }));
        Assert.Equal("Backlog", await visit.Page.Locator("h1").InnerTextAsync());
        await visit.Page.GotoAsync("/quality");
        Assert.Equal("Quality", await visit.Page.Locator("h1").InnerTextAsync());
        await visit.AssertCleanAsync();
    }

    [Fact]
    public async Task Pages_can_be_used_by_keyboard_and_by_screen_readers()
    {
        await using var visit = await world.OpenAsync();
        foreach (var path in s_pages)
        {
            await visit.Page.GotoAsync(path);
            Assert.Equal(1, await visit.Page.Locator("h1").CountAsync());
            Assert.Equal(1, await visit.Page.Locator("main").CountAsync());
            Assert.Equal(1, await visit.Page.Locator("nav [aria-current='page']").CountAsync());

            // Whatever takes input has a name.
            // All at once: a page that follows the work may change between two questions.
            Assert.Empty(await visit.Page.EvaluateAsync<string[]>("""
                () => [...document.querySelectorAll("input:not([type=hidden]), select, button, a[href]")]
                    .filter(e => !(e.labels?.[0]?.textContent || e.getAttribute('aria-label') || e.textContent || '').trim()).map(e => e.outerHTML)
                """));

            // The first stop of the tab key leads past the navigation.
            await visit.Page.Keyboard.PressAsync("Tab");
            await visit.Page.Keyboard.PressAsync("Enter");
            Assert.Equal("content", await visit.Page.EvaluateAsync<string>("document.activeElement.id"));
        }

        await visit.AssertCleanAsync();
    }

    [Fact]
    public async Task Pages_fit_a_telephone_and_a_wide_screen_in_both_themes()
    {
        foreach (var theme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
        {
            await using var visit = await world.OpenAsync(options: new() { ColorScheme = theme, Locale = "en-US" });
            foreach (var path in s_pages)
            {
                foreach (var (width, height) in ((int, int)[])[(1440, 900), (390, 844)])
                {
                    await visit.Page.SetViewportSizeAsync(width, height);
                    await visit.Page.GotoAsync(path);
                    var sticksOut = await visit.Page.EvaluateAsync<string?>(SticksOut);
                    Assert.True(sticksOut is null, $"{path} is wider than {width} pixels: {sticksOut}");
                    await visit.ScreenshotAsync($"{(path == "/" ? "backlog" : path.Trim('/').Replace('/', '-').Replace('?', '-'))}-{theme}-{width}.png");
                }
            }

            await visit.AssertCleanAsync();
        }
    }

    // The element that makes the page wider than the screen; null when none does.
    private const string SticksOut = """
        () => {
            const width = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= width) return null;
            const scrolls = e => e && (getComputedStyle(e).overflowX !== 'visible' || scrolls(e.parentElement));
            const element = [...document.body.querySelectorAll('*')].find(e => e.getBoundingClientRect().right > width && !scrolls(e.parentElement));
            return element ? element.outerHTML.slice(0, 200) : 'unknown';
        }
        """;

    private static async Task<bool> IsLightAsync(Visit visit) =>
        await visit.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor") == "rgb(246, 247, 249)";
}
