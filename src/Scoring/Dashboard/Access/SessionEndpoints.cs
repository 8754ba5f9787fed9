using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Pipeline.Scoring.Dashboard.Access;

/// <summary>Log-in and log-out. Forms, so that both work without scripts; antiforgery is checked before they run.</summary>
internal static class SessionEndpoints
{
    /// <summary>Name of the session's cookie.</summary>
    public const string Cookie = "pipeline-session";

    /// <summary>Where the log-in page is.</summary>
    public const string LoginPath = "/login";

    /// <summary>Query parameter with the page that was asked for.</summary>
    public const string ReturnParameter = "return";

    /// <summary>Maps both.</summary>
    public static void MapSession(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/session/open", OpenAsync).AllowAnonymous().RequireRateLimiting(AccessExtensions.LoginLimit);
        endpoints.MapPost("/session/close", CloseAsync).AllowAnonymous();
    }

    /// <summary>A page of ours, or the first one: nobody is sent elsewhere by a link to the log-in page.</summary>
    public static string LocalPath(string? path) =>
        path is ['/', ..] && !path.StartsWith("//", StringComparison.Ordinal) && !path.Contains('\\') && !path.Any(char.IsControl) ? path : "/";

    private static async Task<RedirectHttpResult> OpenAsync(
        [FromForm] string? user, [FromForm] string? password, [FromForm(Name = ReturnParameter)] string? returnTo, HttpContext context,
        Credentials credentials, ILogger<Credentials> logger, CancellationToken cancellationToken)
    {
        if (await credentials.CheckAsync(user ?? "", password ?? "", CookieAuthenticationDefaults.AuthenticationScheme, cancellationToken) is not { } principal)
        {
            logger.LoginRefused();
            return TypedResults.Redirect($"{LoginPath}?failed=1&{ReturnParameter}={Uri.EscapeDataString(LocalPath(returnTo))}");
        }

        await context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, principal);
        logger.LoggedIn(principal.FindFirstValue(ClaimTypes.Name) ?? "");
        return TypedResults.Redirect(LocalPath(returnTo));
    }

    // A form field makes the endpoint one that antiforgery guards.
    private static async Task<RedirectHttpResult> CloseAsync([FromForm] string? reason, HttpContext context)
    {
        _ = reason;
        await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return TypedResults.Redirect(LoginPath);
    }
}
