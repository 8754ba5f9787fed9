using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Pipeline.ServiceDefaults.Http;

namespace Pipeline.Scoring.Dashboard.Access;

/// <summary>
/// The one place that knows who may come in, whether by the log-in page or by HTTP Basic. Looks at name and secret only, never at the
/// address a request seems to come from: behind a proxy on the same host every request looks local.
/// </summary>
internal sealed class Credentials(IOptions<ScoringOptions> options, ApiKeyLookup keys, IServiceProvider services)
{
    /// <summary>Name of the user that the operator password belongs to.</summary>
    public const string Operator = "operator";

    private const string StampClaim = "stamp";
    private const string KeyClaim = "key";

    /// <summary>The operator can't come in: there is no password.</summary>
    public bool IsClosed => options.Value.OperatorPassword.Length == 0;

    // A session ends when the password that opened it is changed. Not the password's hash itself: the stamp is in a cookie.
    private string Stamp => Convert.ToHexString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(options.Value.OperatorPassword), "session"u8))[..16];

    /// <summary>Who that is, or null: the operator, or the holder of an API key, whatever name comes with it.</summary>
    public async Task<ClaimsPrincipal?> CheckAsync(string name, string secret, string scheme, CancellationToken cancellationToken)
    {
        if (CheckOperator(name, secret, scheme) is { } known)
        {
            return known;
        }

        // Found by its hash: no comparison of secrets takes place here.
        var sha256 = SHA256.HashData(Encoding.UTF8.GetBytes(secret));
        if (await keys(services, sha256, cancellationToken) is not { } caller)
        {
            return null;
        }

        var user = caller.ToPrincipal(scheme);
        user.AddIdentity(new ClaimsIdentity([new Claim(KeyClaim, Convert.ToHexString(sha256))]));
        return user;
    }

    /// <summary>Whether a session that was opened earlier is still good: the password is the same, or the key was not revoked.</summary>
    public async Task<bool> IsCurrentAsync(ClaimsPrincipal? user, CancellationToken cancellationToken) =>
        user?.FindFirstValue(KeyClaim) is { } sha256
            ? await keys(services, Convert.FromHexString(sha256), cancellationToken) is not null
            : !IsClosed && user?.FindFirstValue(StampClaim) == Stamp;

    // Takes the same time whatever is wrong.
    private ClaimsPrincipal? CheckOperator(string name, string secret, string scheme)
    {
        var given = SHA256.HashData(Encoding.UTF8.GetBytes($"{name}:{secret}"));
        var expected = SHA256.HashData(Encoding.UTF8.GetBytes($"{Operator}:{options.Value.OperatorPassword}"));
        return CryptographicOperations.FixedTimeEquals(given, expected) && !IsClosed
            ? new ClaimsPrincipal(new ClaimsIdentity(
                [new Claim(ClaimTypes.Name, Operator), new Claim(ClaimTypes.Role, ApiRoles.Admin), new Claim(StampClaim, Stamp)], scheme))
            : null;
    }
}
