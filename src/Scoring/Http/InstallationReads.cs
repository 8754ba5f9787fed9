using Pipeline.ServiceDefaults.Http;
using Pipeline.Storage;
using Pipeline.Storage.Reports;

namespace Pipeline.Scoring.Http;

/// <summary><c>/api/recipes</c>, and <c>/api/status</c> for those who may see the whole installation.</summary>
internal static class InstallationReads
{
    /// <summary>Maps them.</summary>
    public static void MapInstallationReads(this RouteGroupBuilder api)
    {
        api.MapGet("/recipes", async (RecipeRegistry registry, CancellationToken cancellationToken) =>
                (await registry.CurrentAsync(cancellationToken))
                    .Select(row => new Recipe(row.Name, row.Stage, row.Engine, row.Dimensions, Convert.ToHexStringLower(row.Sha256))))
            .RequireAuthorization(ApiRoles.Reader).WithTags("Installation").WithSummary("What a submission can name").ProducesProblems();
        api.MapGet("/status", async (BatchReports reports, WorkerRegistry workers, CancellationToken cancellationToken) =>
                new Status(await reports.QueuesAsync(cancellationToken), await workers.ListAsync(cancellationToken)))
            .RequireAuthorization(ApiRoles.Admin).WithTags("Installation").WithSummary("Work and workers, of all tenants").ProducesProblems();
    }

    private sealed record Recipe(string Name, string Stage, string Engine, int? Dimensions, string Sha256);

    private sealed record Status(IReadOnlyList<QueueRow> Queues, IReadOnlyList<WorkerRow> Workers);
}
