using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Npgsql;
using Pipeline.Scoring.Dashboard.Access;
using Pipeline.Scoring.Dashboard.Queries;
using Pipeline.ServiceDefaults.Http;
using Pipeline.Storage.Reports;

namespace Pipeline.Scoring.Dashboard.Actions;

/// <summary>Gives the failed work of a batch three fresh attempts.</summary>
internal static class RequeueEndpoint
{
    /// <summary>Maps it.</summary>
    public static void MapRequeue(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost("/requeue", RequeueAsync).RequireAuthorization(Policy.Write).WithMetadata(new TenantPageAttribute());

    private static async Task<RedirectHttpResult> RequeueAsync(
        [FromForm] long batch, ClaimsPrincipal user, NpgsqlDataSource dataSource, BacklogQueries backlog, DocumentQueries documents,
        ILogger<BacklogQueries> logger, CancellationToken cancellationToken)
    {
        if (await documents.BatchAsync(batch, user.Tenant(), cancellationToken) is null)
        {
            throw ApiProblem.NoBatch();
        }

        var count = await new BatchReports(dataSource).RequeueAsync(batch, cancellationToken);
        logger.Requeued(user.Identity?.Name ?? "", count, batch);
        backlog.Expire();
        return TypedResults.Redirect($"/?requeued={count}&batch={batch}");
    }
}
