using Microsoft.AspNetCore.Mvc;
using Pipeline.ServiceDefaults.Http;
using Pipeline.Storage.Alerts;

namespace Pipeline.Scoring.Http;

/// <summary><c>/api/alerts</c>: what is wrong, and who knows.</summary>
internal static class AlertEndpoints
{
    private const int UsualPage = 100;
    private const int MostOfAPage = 1000;

    /// <summary>Maps them.</summary>
    public static void MapAlerts(this RouteGroupBuilder api)
    {
        var alerts = api.MapGroup("/alerts").WithTags("Alerts");
        alerts.MapGet("", ListAsync).RequireAuthorization(ApiRoles.Reader).WithSummary("Alerts, newest first").ProducesProblems(400);
        alerts.MapPost("/{id:long}/acknowledge", AcknowledgeAsync).RequireAuthorization(ApiRoles.Writer).WithSummary("Say that somebody knows")
            .WithDescription("The name of the key is noted. The first one stays.").ProducesProblems(404);
    }

    private static async Task<IEnumerable<AlertDocument>> ListAsync(
        HttpContext context, AlertLedger alerts, [FromQuery] bool? all, [FromQuery] int? limit, CancellationToken cancellationToken) =>
        (await alerts.ListAsync(all != true, PageSize.Of(limit, UsualPage, MostOfAPage), ApiCaller.TenantOf(context.User), cancellationToken)).Select(AlertDocument.Of);

    private static async Task<AlertDocument> AcknowledgeAsync(long id, HttpContext context, AlertLedger alerts, CancellationToken cancellationToken) =>
        await alerts.AcknowledgeAsync(id, context.User.Identity?.Name ?? "", ApiCaller.TenantOf(context.User), cancellationToken) is { } row
            ? AlertDocument.Of(row)
            : throw NoAlert();

    /// <summary>The caller has no such alert.</summary>
    public static ApiException NoAlert() =>
        new(StatusCodes.Status404NotFound, "no-such-alert", "There is no such alert.", "GET /api/alerts?all=true lists yours.");
}
