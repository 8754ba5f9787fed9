using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using Npgsql;
using Pipeline.ServiceDefaults.Http;
using Pipeline.Storage.Reports;
using Pipeline.Storage.Rows;

namespace Pipeline.Scoring.Http;

/// <summary><c>/api/batches</c>: what there is, how far it is, what failed, how good it is.</summary>
internal static class BatchReads
{
    // Counting takes time in proportion to the batches.
    private const int UsualPage = 20;
    private const int MostOfAPage = 100;
    private const int UsualFailures = 500;
    private const int MostFailures = 5000;

    /// <summary>Maps them.</summary>
    public static void MapBatchReads(this RouteGroupBuilder api)
    {
        var batches = api.MapGroup("/batches").WithTags("Batches");
        batches.MapGet("", ListAsync).RequireAuthorization(ApiRoles.Reader).WithSummary("Batches, newest first")
            .Produces<Page<BatchStatus>>().ProducesProblems(400);
        batches.MapGet("/{batch}", async (string batch, HttpContext context, TenantBatches tenant, CancellationToken cancellationToken) =>
                await tenant.StatusAsync((await FindAsync(batch, context, tenant, cancellationToken)).Id, cancellationToken))
            .RequireAuthorization(ApiRoles.Reader).WithSummary("How far a batch is").ProducesProblems(404);
        batches.MapGet("/{batch}/scores", async (string batch, HttpContext context, TenantBatches tenant, [FromKeyedServices(ScoringApi.Reports)] NpgsqlDataSource dataSource, CancellationToken cancellationToken) =>
                await BatchScores.ReadAsync(dataSource, (await FindAsync(batch, context, tenant, cancellationToken)).Id, cancellationToken))
            .RequireAuthorization(ApiRoles.Reader).WithSummary("Mean scores of a batch").ProducesProblems(404);
        batches.MapGet("/{batch}/failures", FailuresAsync).RequireAuthorization(ApiRoles.Reader).WithSummary("What failed, at which step, why")
            .Produces<Page<FailureRow>>().ProducesProblems(400, 404);
        batches.MapPost("/{batch}/requeue", async (string batch, HttpContext context, TenantBatches tenant, BatchReports reports, CancellationToken cancellationToken) =>
                new Requeued(await reports.RequeueAsync((await FindAsync(batch, context, tenant, cancellationToken)).Id, cancellationToken)))
            .RequireAuthorization(ApiRoles.Writer).WithSummary("Give failed work three fresh attempts")
            .WithDescription("Lines refused when they were read have to be submitted again, corrected.").ProducesProblems(404);
    }

    /// <summary>The caller's batch of this id or name.</summary>
    /// <exception cref="ApiException">The tenant has none.</exception>
    internal static async Task<BatchRow> FindAsync(string batch, HttpContext context, TenantBatches batches, CancellationToken cancellationToken)
    {
        var row = await batches.FindAsync(ApiCaller.TenantOf(context.User), batch, cancellationToken) ?? throw ApiProblem.NoBatch();
        return row.State != "pruning"
            ? row
            : throw new ApiException(
                StatusCodes.Status410Gone, "batch-pruned", $"Batch {row.Id} is being pruned; cursors into it are stale.", "Submit its documents again.");
    }

    private static async Task<Page<BatchStatus>> ListAsync(
        HttpContext context, TenantBatches batches, [FromQuery] string? cursor, [FromQuery] int? limit, CancellationToken cancellationToken)
    {
        const string Scope = "batches";
        var size = PageSize.Of(limit, UsualPage, MostOfAPage);
        var found = await batches.ListAsync(ApiCaller.TenantOf(context.User), PageCursor.Position(cursor, Scope), size + 1, cancellationToken);
        List<BatchStatus> items = [.. found.Take(size)];
        return new(items, found.Count > size ? PageCursor.Create(Scope, items[^1].Batch) : null);
    }

    private static async Task<Page<FailureRow>> FailuresAsync(
        [Description("Id or name.")] string batch, HttpContext context, TenantBatches batches, BatchReports reports, [FromQuery] string? cursor,
        [FromQuery] int? limit, CancellationToken cancellationToken)
    {
        var row = await FindAsync(batch, context, batches, cancellationToken);
        var scope = $"failures {row.Id}";
        var size = PageSize.Of(limit, UsualFailures, MostFailures);
        var items = new List<FailureRow>();
        await foreach (var failure in reports.FailuresAsync(row.Id, PageCursor.Position(cursor, scope), cancellationToken))
        {
            // A line is never split between two pages: the cursor is its number.
            if (items.Count >= size && items[^1].Line is { } last && failure.Line != last)
            {
                return new(items, PageCursor.Create(scope, last));
            }

            items.Add(failure);
        }

        return new(items, null);
    }

    /// <summary>How many work items are pending again.</summary>
    private sealed record Requeued(int WorkItems);
}
