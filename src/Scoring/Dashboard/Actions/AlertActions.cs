using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Pipeline.Scoring.Dashboard.Access;
using Pipeline.Scoring.Http;
using Pipeline.Storage.Alerts;

namespace Pipeline.Scoring.Dashboard.Actions;

/// <summary>Notes that somebody knows of an alert.</summary>
internal static class AlertActions
{
    /// <summary>Maps it.</summary>
    public static void MapAlertActions(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost("/alerts/acknowledge", AcknowledgeAsync).RequireAuthorization(Policy.Write).WithMetadata(new TenantPageAttribute());

    private static async Task<RedirectHttpResult> AcknowledgeAsync(
        [FromForm] long alert, ClaimsPrincipal user, AlertLedger alerts, CancellationToken cancellationToken) =>
        await alerts.AcknowledgeAsync(alert, user.Identity?.Name ?? "", user.Tenant(), cancellationToken) is { } row
            ? TypedResults.Redirect($"/alerts?acknowledged={row.Id}")
            : throw AlertEndpoints.NoAlert();
}
