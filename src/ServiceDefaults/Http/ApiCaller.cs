using System.Security.Claims;

namespace Pipeline.ServiceDefaults.Http;

/// <summary>Whoever holds an API key.</summary>
/// <param name="Key">Name of the key.</param>
/// <param name="Tenant">The only tenant whose documents the caller sees.</param>
/// <param name="Role">One of <see cref="ApiRoles"/>.</param>
public sealed record ApiCaller(string Key, string Tenant, string Role)
{
    private const string TenantClaim = "tenant";

    /// <summary>The tenant of an authenticated caller.</summary>
    /// <exception cref="InvalidOperationException">The endpoint does not ask for a role.</exception>
    public static string TenantOf(ClaimsPrincipal user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return FindTenant(user) ?? throw new InvalidOperationException("The endpoint lets callers in who have no tenant.");
    }

    /// <summary>The tenant of somebody who may have none and then sees all of them; null for none.</summary>
    public static string? FindTenant(ClaimsPrincipal user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return user.FindFirstValue(TenantClaim);
    }

    /// <summary>The caller as ASP.NET Core knows users.</summary>
    public ClaimsPrincipal ToPrincipal(string scheme) => new(new ClaimsIdentity(
        [new Claim(ClaimTypes.Name, Key), new Claim(TenantClaim, Tenant), new Claim(ClaimTypes.Role, Role)], scheme));
}
