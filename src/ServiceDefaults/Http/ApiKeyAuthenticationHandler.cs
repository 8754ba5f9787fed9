using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Pipeline.ServiceDefaults.Http;

/// <summary><c>Authorization: Bearer KEY</c>. Only the key's hash is looked up, so no comparison of secrets takes place here.</summary>
internal sealed class ApiKeyAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> schemes, ILoggerFactory loggers, UrlEncoder encoder, ApiKeyLookup lookup)
    : AuthenticationHandler<AuthenticationSchemeOptions>(schemes, loggers, encoder)
{
    /// <summary>Name of the scheme.</summary>
    public const string SchemeName = "api-key";

    private const int MaxKeyCharacters = 200;

    /// <inheritdoc />
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!AuthenticationHeaderValue.TryParse(Request.Headers.Authorization, out var header)
            || !string.Equals(header.Scheme, "Bearer", StringComparison.OrdinalIgnoreCase)
            || header.Parameter is not { Length: > 0 and <= MaxKeyCharacters } key)
        {
            return AuthenticateResult.NoResult();
        }

        var caller = await lookup(Context.RequestServices, SHA256.HashData(Encoding.UTF8.GetBytes(key)), Context.RequestAborted);
        return caller is null
            ? AuthenticateResult.Fail("The API key is unknown or revoked.")
            : AuthenticateResult.Success(new AuthenticationTicket(caller.ToPrincipal(SchemeName), SchemeName));
    }

    /// <inheritdoc />
    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var wasGiven = (await HandleAuthenticateOnceSafeAsync()).Failure is not null;
        Response.Headers.WWWAuthenticate = "Bearer realm=\"Pipeline\"";
        await ApiProblem.WriteAsync(Context, new ApiException(
            StatusCodes.Status401Unauthorized,
            "unauthorized",
            wasGiven ? "The API key is unknown or was revoked." : "The request has no API key.",
            "Send 'Authorization: Bearer KEY'. './pipeline keys create NAME --role reader' makes a key and shows it once."));
    }

    /// <inheritdoc />
    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => ApiProblem.WriteAsync(Context, new ApiException(
        StatusCodes.Status403Forbidden,
        "forbidden",
        $"The key '{Context.User.Identity?.Name}' has too weak a role for this.",
        "Use a key of a stronger role: reader reads, writer also submits, cancels and requeues, admin also sees the whole installation."));
}
