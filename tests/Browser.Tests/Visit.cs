using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Pipeline.Browser.Tests;

/// <summary>A browser window that notes what a page must never do.</summary>
public sealed class Visit : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _faults = [];

    private Visit(IBrowserContext context, IPage page, Uri address)
    {
        (_context, Page) = (context, page);
        page.Console += (_, message) => Note(message.Type is "error" or "warning", $"console: {message.Text}");
        page.PageError += (_, error) => Note(true, $"script: {error}");
        page.Dialog += (_, dialog) => Note(true, $"dialog: {dialog.Message}");
        page.Request += (_, request) => Note(
            !request.Url.StartsWith(address.ToString(), StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal),
            $"request to {request.Url}");
    }

    private static readonly string s_pictures = Environment.GetEnvironmentVariable("PIPELINE_TEST_SCREENSHOTS") ?? "";

    /// <summary>Whether somebody asked for pictures.</summary>
    public static bool TakesPictures => s_pictures.Length > 0;

    /// <summary>Longest time for anything on a page: a page shows its last count until the next is there, which takes a slow machine its time.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(60);

    public IPage Page { get; }

    public static async Task<Visit> StartAsync(IBrowser browser, Uri address, BrowserNewContextOptions? options)
    {
        var context = await browser.NewContextAsync(new(options ?? new BrowserNewContextOptions { Locale = "en-US" })
        {
            BaseURL = address.ToString(), ViewportSize = new() { Width = 1440, Height = 900 },
        });
        context.SetDefaultTimeout((float)Patience.TotalMilliseconds);
        return new Visit(context, await context.NewPageAsync(), address);
    }

    public async Task LogInAsync(string password)
    {
        await Page.Locator("#password").FillAsync(password);
        await FollowAsync(Page.Locator("form[action='/session/open'] button"));
    }

    /// <summary>Clicks on what leads to a page, and waits until it is there.</summary>
    public async Task FollowAsync(ILocator locator)
    {
        // The page that is left is marked: to wait for an event would be to miss one that came before.
        await Page.EvaluateAsync("() => { window.left = true; }");
        await locator.ClickAsync();
        await Page.WaitForFunctionAsync("() => !window.left && document.readyState === 'complete'");
    }

    /// <summary>The text of the page's main part.</summary>
    public Task<string> TextAsync() => Page.Locator("main").InnerTextAsync();

    /// <summary>Cookie of this name, or null.</summary>
    public async Task<BrowserContextCookiesResult?> CookieAsync(string name) =>
        (await _context.CookiesAsync()).FirstOrDefault(cookie => cookie.Name == name);

    /// <summary>A picture of the page for a person to look at; taken only where somebody asks for it with PIPELINE_TEST_SCREENSHOTS.</summary>
    public async Task ScreenshotAsync(string name)
    {
        if (TakesPictures)
        {
            await Page.ScreenshotAsync(new() { Path = Path.Combine(s_pictures, name), FullPage = true });
        }
    }

    /// <summary>No error on the console, no request to another origin, no script of somebody else.</summary>
    public async Task AssertCleanAsync()
    {
        Assert.Empty(_faults);
        Assert.NotEqual("hacked", await Page.TitleAsync());
        Assert.Equal(0, await Page.Locator("img[src='x'], main script").CountAsync());
    }

    public async ValueTask DisposeAsync() => await _context.CloseAsync();

    private void Note(bool fault, string what)
    {
        if (fault)
        {
            _faults.Enqueue(what);
        }
    }
}
