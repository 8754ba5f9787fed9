using System.Security.Claims;
using Pipeline.ServiceDefaults.Http;

namespace Pipeline.Scoring.Dashboard.Access;

/// <summary>What somebody who is logged in may see and do.</summary>
internal static class UserExtensions
{
    /// <summary>The only tenant whose documents the user sees; null for the operator, who sees all of them.</summary>
    public static string? Tenant(this ClaimsPrincipal user) => ApiCaller.FindTenant(user);

    /// <summary>Whether the user sees work and workers of the whole installation.</summary>
    public static bool SeesInstallation(this ClaimsPrincipal user) => user.Tenant() is null || user.IsInRole(ApiRoles.Admin);

    /// <summary>Whether the user may change something.</summary>
    public static bool MayWrite(this ClaimsPrincipal user) => user.IsInRole(ApiRoles.Writer) || user.IsInRole(ApiRoles.Admin);
}
