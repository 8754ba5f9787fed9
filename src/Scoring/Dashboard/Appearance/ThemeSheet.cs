using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using MudBlazor;
using System.Text;
using System.Text.RegularExpressions;

namespace Pipeline.Scoring.Dashboard.Appearance;

/// <summary>
/// The theme as a style sheet of its own. The component library writes it into the page, which our content security policy forbids; so
/// its provider is rendered once, and what it wrote is served as a file.
/// </summary>
internal static partial class ThemeSheet
{
    /// <summary>Style sheet of one theme, UTF-8.</summary>
    public static async Task<byte[]> RenderAsync(IServiceProvider services, bool dark)
    {
        await using var scope = services.CreateAsyncScope();
        await using var renderer = new HtmlRenderer(scope.ServiceProvider, scope.ServiceProvider.GetRequiredService<ILoggerFactory>());
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var parameters = new Dictionary<string, object?>
            {
                [nameof(MudThemeProvider.Theme)] = DashboardTheme.Theme,
                [nameof(MudThemeProvider.IsDarkMode)] = dark,
                [nameof(MudThemeProvider.ObserveSystemDarkModeChange)] = false,
            };
            return (await renderer.RenderComponentAsync<MudThemeProvider>(ParameterView.FromDictionary(parameters))).ToHtmlString();
        });
        return Encoding.UTF8.GetBytes(
            string.Join('\n', StyleElement().Matches(html).Select(match => match.Groups[1].Value)) + $"\n:root{{color-scheme:{(dark ? "dark" : "light")}}}\n");
    }

    [GeneratedRegex("<style[^>]*>(.*?)</style>", RegexOptions.Singleline)]
    private static partial Regex StyleElement();
}
