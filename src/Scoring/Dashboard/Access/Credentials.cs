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
internal sealed class Credentials(IOptions<ScoringOptions> options)
{
    /// <summary>Name of the user that the operator password belongs to.</summary>
    public const string Operator = "operator";

    private const string StampClaim = "stamp";

    /// <summary>Nobody can come in: there is no password.</summary>
    public bool IsClosed => options.Value.OperatorPassword.Length == 0;

    // A session ends when the password that opened it is changed. Not the password's hash itself: the stamp is in a cookie.
    private string Stamp => Convert.ToHexString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(options.Value.OperatorPassword), "session"u8))[..16];

    /// <summary>Who that is, or null. Takes the same time whatever is wrong.</summary>
    public ClaimsPrincipal? Check(string name, string secret, string scheme)
    {
        var given = SHA256.HashData(Encoding.UTF8.GetBytes($"{name}:{secret}"));
        var expected = SHA256.HashData(Encoding.UTF8.GetBytes($"{Operator}:{options.Value.OperatorPassword}"));
        return CryptographicOperations.FixedTimeEquals(given, expected) && !IsClosed
            ? new ClaimsPrincipal(new ClaimsIdentity(
                [new Claim(ClaimTypes.Name, Operator), new Claim(ClaimTypes.Role, ApiRoles.Admin), new Claim(StampClaim, Stamp)], scheme))
            : null;
    }

    /// <summary>Whether a session that was opened earlier is still good.</summary>
    public bool IsCurrent(ClaimsPrincipal? user) => !IsClosed && user?.FindFirstValue(StampClaim) == Stamp;
}
