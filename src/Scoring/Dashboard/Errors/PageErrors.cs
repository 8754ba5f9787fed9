using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Pipeline.Scoring.Dashboard.Appearance;
using Pipeline.ServiceDefaults.Http;

namespace Pipeline.Scoring.Dashboard.Errors;

/// <summary>Faults as pages, in the reader's language, wherever a browser asks; programs get problem documents.</summary>
internal static class PageErrors
{
    /// <summary>Writes pages for answers without content. Comes before everything that gives one.</summary>
    public static void UsePageErrors(this IApplicationBuilder app) => app.UseWhen(
        context => IsForBrowser(context.Request),
        pages => pages.UseStatusCodePages(context => WriteAsync(
            context.HttpContext, new ApiException(context.HttpContext.Response.StatusCode, "page", "", ""))));

    /// <summary>Whether a browser asks for a page.</summary>
    public static bool IsForBrowser(HttpRequest request) =>
        !request.Path.StartsWithSegments("/api") && !request.Path.StartsWithSegments("/v1")
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);

    /// <summary>Writes the page of a problem, with its status.</summary>
    public static async Task WriteAsync(HttpContext context, ApiException problem)
    {
        // A renderer of its own: the request's may be in the middle of the page that failed.
        await using var scope = context.RequestServices.CreateAsyncScope();
        await using var renderer = new HtmlRenderer(scope.ServiceProvider, scope.ServiceProvider.GetRequiredService<ILoggerFactory>());
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var parameters = new Dictionary<string, object?>
            {
                [nameof(ErrorDocument.Problem)] = problem,
                [nameof(ErrorDocument.Theme)] = Preference.Theme.Of(context.Request),
                [nameof(ErrorDocument.Trace)] = context.TraceIdentifier,
            };
            return (await renderer.RenderComponentAsync<ErrorDocument>(ParameterView.FromDictionary(parameters))).ToHtmlString();
        });
        var response = context.Response;
        response.StatusCode = problem.Status;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        if (problem.RetryAfterSeconds is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        await response.WriteAsync(html, context.RequestAborted);
    }
}
