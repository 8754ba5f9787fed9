using Microsoft.AspNetCore.Authorization;
using Pipeline.ServiceDefaults.Http;

namespace Pipeline.Scoring.Dashboard.Access;

/// <summary>Names of the authorisation policies, and the roles behind them.</summary>
internal static class Policy
{
    /// <summary>To look at pages; a key, which belongs to one tenant, only at those that keep to it (<see cref="TenantPageAttribute"/>).</summary>
    public const string Read = "read";

    /// <summary>To change something.</summary>
    public const string Write = "write";

    /// <summary>To see and run the jobs.</summary>
    public const string Administer = "administer";

    /// <summary>Registers them.</summary>
    public static void AddPolicies(this AuthorizationBuilder authorization) => authorization
        .AddPolicy(Read, policy => policy.RequireRole(ApiRoles.Reader, ApiRoles.Writer, ApiRoles.Admin).RequireAssertion(IsOpen))
        .AddPolicy(Write, policy => policy.RequireRole(ApiRoles.Writer, ApiRoles.Admin).RequireAssertion(IsOpen))
        .AddPolicy(Administer, policy => policy.RequireRole(ApiRoles.Admin));

    private static bool IsOpen(AuthorizationHandlerContext context) => ApiCaller.FindTenant(context.User) is null
        || (context.Resource as HttpContext)?.GetEndpoint()?.Metadata.GetMetadata<TenantPageAttribute>() is not null;
}
