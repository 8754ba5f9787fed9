using System.Net.Http.Headers;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Pipeline.Scoring.Dashboard;

/// <summary>
/// HTTP Basic authentication of the one user <c>operator</c>. Looks at the password only, never at the address a request seems to
/// come from: behind a proxy on the same host every request looks local.
/// </summary>
internal sealed class OperatorAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> schemes, ILoggerFactory loggers, UrlEncoder encoder, IOptions<ScoringOptions> options)
    : AuthenticationHandler<AuthenticationSchemeOptions>(schemes, loggers, encoder)
{
    /// <summary>Name of the scheme and of the user.</summary>
    public const string SchemeName = "operator";

    /// <inheritdoc />
    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!AuthenticationHeaderValue.TryParse(Request.Headers.Authorization, out var header)
            || !string.Equals(header.Scheme, "Basic", StringComparison.OrdinalIgnoreCase) || header.Parameter is null)
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        var expected = Encoding.UTF8.GetBytes($"{SchemeName}:{options.Value.OperatorPassword}");
        var given = new byte[header.Parameter.Length];
        if (options.Value.OperatorPassword.Length == 0
            || !Convert.TryFromBase64String(header.Parameter, given, out var length)
            || !CryptographicOperations.FixedTimeEquals(SHA256.HashData(given.AsSpan(0, length)), SHA256.HashData(expected)))
        {
            return Task.FromResult(AuthenticateResult.Fail("Wrong user or password."));
        }

        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, SchemeName)], SchemeName);
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName)));
    }

    /// <inheritdoc />
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = "Basic realm=\"Pipeline\", charset=\"UTF-8\"";
        return Task.CompletedTask;
    }
}
