using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;

namespace Pipeline.Scoring.Dashboard.Access;

/// <summary>Wires who may come in, and how.</summary>
internal static class AccessExtensions
{
    /// <summary>Limits how often a password can be tried.</summary>
    public const string LoginLimit = "login";

    private const string Either = "either";
    private const int TriesPerMinute = 60;
    private static readonly TimeSpan s_session = TimeSpan.FromHours(12);

    /// <summary>Adds sessions, HTTP Basic, roles and antiforgery.</summary>
    public static void AddAccess(this IServiceCollection services)
    {
        services.AddSingleton<Credentials>();

        // Keys in memory alone: nothing to keep secret on a disk. A restart ends the sessions.
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        services.AddAuthentication(Either)
            .AddPolicyScheme(Either, null, policy => policy.ForwardDefaultSelector = context => IsBrowser(context.Request)
                ? CookieAuthenticationDefaults.AuthenticationScheme
                : BasicAuthenticationHandler.SchemeName)
            .AddCookie(Configure)
            .AddScheme<AuthenticationSchemeOptions, BasicAuthenticationHandler>(BasicAuthenticationHandler.SchemeName, null);
        services.AddAuthorizationBuilder().AddPolicies();
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = "pipeline-form";
            antiforgery.Cookie.SameSite = SameSiteMode.Strict;
        });
        services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.AddPolicy(LoginLimit, context => RateLimitPartition.GetFixedWindowLimiter(
                context.Connection.RemoteIpAddress?.ToString() ?? "",
                _ => new FixedWindowRateLimiterOptions { PermitLimit = TriesPerMinute, Window = TimeSpan.FromMinutes(1) }));
        });
    }

    // What carries a session is a browser; what carries a password in its head, or asks for anything but pages, is a script.
    private static bool IsBrowser(HttpRequest request) =>
        request.Headers.Authorization.Count == 0
        && (request.Cookies.ContainsKey(SessionEndpoints.Cookie) || request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal));

    private static void Configure(CookieAuthenticationOptions cookie)
    {
        cookie.Cookie.Name = SessionEndpoints.Cookie;
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Strict;
        cookie.ExpireTimeSpan = s_session;
        cookie.SlidingExpiration = true;
        cookie.LoginPath = SessionEndpoints.LoginPath;
        cookie.ReturnUrlParameter = SessionEndpoints.ReturnParameter;
        cookie.Events.OnValidatePrincipal = async context =>
        {
            var credentials = context.HttpContext.RequestServices.GetRequiredService<Credentials>();
            if (!await credentials.IsCurrentAsync(context.Principal, context.HttpContext.RequestAborted))
            {
                context.RejectPrincipal();
            }
        };

        // A page says so; asking for another password would not tell why.
        cookie.Events.OnRedirectToAccessDenied = context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        };
    }
}
