using Microsoft.AspNetCore.Authorization;
using Pipeline.ServiceDefaults.Http;

namespace Pipeline.Scoring.Dashboard.Access;

/// <summary>Names of the authorisation policies, and the roles behind them.</summary>
internal static class Policy
{
    /// <summary>To look at pages.</summary>
    public const string Read = "read";

    /// <summary>To change something.</summary>
    public const string Write = "write";

    /// <summary>To see and run the jobs.</summary>
    public const string Administer = "administer";

    /// <summary>Registers them.</summary>
    public static void AddPolicies(this AuthorizationBuilder authorization) => authorization
        .AddPolicy(Read, policy => policy.RequireRole(ApiRoles.Reader, ApiRoles.Writer, ApiRoles.Admin))
        .AddPolicy(Write, policy => policy.RequireRole(ApiRoles.Writer, ApiRoles.Admin))
        .AddPolicy(Administer, policy => policy.RequireRole(ApiRoles.Admin));
}
