using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Pipeline.Scoring.Evaluations;
using Pipeline.ServiceDefaults.Http;
using Pipeline.Storage.Evaluations;

namespace Pipeline.Scoring.Http;

/// <summary><c>/api/schedules</c>: recurring re-evaluations of the tenant's documents.</summary>
internal static class ScheduleEndpoints
{
    private const int UsualRuns = 20;
    private const int MostRuns = 1000;

    /// <summary>Maps them.</summary>
    public static void MapSchedules(this RouteGroupBuilder api)
    {
        var schedules = api.MapGroup("/schedules").WithTags("Schedules");
        schedules.MapGet("", async (HttpContext context, ScheduleStore store, TimeProvider time, CancellationToken cancellationToken) =>
                (await store.ListAsync(ApiCaller.TenantOf(context.User), cancellationToken)).Select(row => ScheduleDocument.Of(row, time.GetUtcNow())))
            .RequireAuthorization(ApiRoles.Reader).WithSummary("Schedules by name").ProducesProblems();
        schedules.MapPost("", AddAsync).RequireAuthorization(ApiRoles.Writer).WithSummary("Make a schedule, and draw its pinned sample")
            .WithDescription("Its texts are the tenant's. The name is taken or free in the whole installation.").ProducesProblems(400, 409);
        schedules.MapGet("/{name}", async (string name, HttpContext context, ScheduleStore store, TimeProvider time, CancellationToken cancellationToken) =>
                ScheduleDocument.Of(await FindAsync(name, context, store, cancellationToken), time.GetUtcNow()))
            .RequireAuthorization(ApiRoles.Reader).WithSummary("A schedule").ProducesProblems(404);
        schedules.MapPatch("/{name}", ChangeAsync).RequireAuthorization(ApiRoles.Writer).WithSummary("Change time, inflow or limits of a schedule")
            .WithDescription("What is left out stays. Recipes and pinned sample make runs comparable: other ones are another schedule.").ProducesProblems(400, 404);
        schedules.MapDelete("/{name}", async (string name, HttpContext context, ScheduleStore store, CancellationToken cancellationToken) =>
            {
                await store.RemoveAsync((await FindAsync(name, context, store, cancellationToken)).Id, cancellationToken);
                return TypedResults.NoContent();
            })
            .RequireAuthorization(ApiRoles.Writer).WithSummary("End a schedule; its runs stay").ProducesProblems(404);
        schedules.MapPost("/{name}/run-now", RunNowAsync).RequireAuthorization(ApiRoles.Writer).WithSummary("Start a run, unless one is going on")
            .ProducesProblems(404);
        schedules.MapPost("/{name}/pause", (string name, HttpContext context, ScheduleStore store, TimeProvider time, CancellationToken cancellationToken) =>
                PauseAsync(name, paused: true, context, store, time, cancellationToken))
            .RequireAuthorization(ApiRoles.Writer).WithSummary("Let a schedule run by itself no more, for now").ProducesProblems(404);
        schedules.MapPost("/{name}/resume", (string name, HttpContext context, ScheduleStore store, TimeProvider time, CancellationToken cancellationToken) =>
                PauseAsync(name, paused: false, context, store, time, cancellationToken))
            .RequireAuthorization(ApiRoles.Writer).WithSummary("Let it run again").ProducesProblems(404);
        schedules.MapPut("/{name}/baseline", SetBaselineAsync).RequireAuthorization(ApiRoles.Writer)
            .WithSummary("Compare runs with this one from now on").ProducesProblems(400, 404, 409);
        schedules.MapGet("/{name}/runs", RunsAsync).RequireAuthorization(ApiRoles.Reader).WithSummary("Runs with their figures, newest first")
            .ProducesProblems(400, 404);
    }

    private static async Task<Created<ScheduleDocument>> AddAsync(
        ScheduleWish wish, HttpContext context, ScheduleDesk desk, TimeProvider time, CancellationToken cancellationToken)
    {
        var row = await desk.AddAsync(wish, ApiCaller.TenantOf(context.User), cancellationToken);
        return TypedResults.Created($"/api/schedules/{Uri.EscapeDataString(row.Definition.Name)}", ScheduleDocument.Of(row, time.GetUtcNow()));
    }

    private static async Task<ScheduleDocument> ChangeAsync(
        string name, ScheduleChange change, HttpContext context, ScheduleDesk desk, ScheduleStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        await desk.ChangeAsync(await FindAsync(name, context, store, cancellationToken), change, cancellationToken);
        return ScheduleDocument.Of(await FindAsync(name, context, store, cancellationToken), time.GetUtcNow());
    }

    private static async Task<ScheduleDocument> PauseAsync(
        string name, bool paused, HttpContext context, ScheduleStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        await store.PauseAsync((await FindAsync(name, context, store, cancellationToken)).Id, paused, cancellationToken);
        return ScheduleDocument.Of(await FindAsync(name, context, store, cancellationToken), time.GetUtcNow());
    }

    private static async Task<Started> RunNowAsync(
        string name, HttpContext context, ScheduleDesk desk, ScheduleStore store, CancellationToken cancellationToken)
    {
        var start = await desk.RunNowAsync(await FindAsync(name, context, store, cancellationToken), cancellationToken);
        return new(start.Run, start.IsNew, start.Texts);
    }

    private static async Task<ScheduleDocument> SetBaselineAsync(
        string name, Baseline baseline, HttpContext context, ScheduleStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        await store.SetBaselineAsync(await FindAsync(name, context, store, cancellationToken), baseline.Run, cancellationToken);
        return ScheduleDocument.Of(await FindAsync(name, context, store, cancellationToken), time.GetUtcNow());
    }

    private static async Task<IEnumerable<RunDocument>> RunsAsync(
        string name, HttpContext context, ScheduleStore store, EvaluationReports reports, [FromQuery] int? limit, CancellationToken cancellationToken)
    {
        var row = await FindAsync(name, context, store, cancellationToken);
        var runs = await reports.HistoryAsync(row, PageSize.Of(limit, UsualRuns, MostRuns), cancellationToken);
        var figures = await reports.FiguresAsync(runs.Select(run => run.Run), cancellationToken);
        return runs.Select(run => RunDocument.Of(run, figures[run.Run]));
    }

    private static async Task<ScheduleRow> FindAsync(string name, HttpContext context, ScheduleStore store, CancellationToken cancellationToken) =>
        (await store.ListAsync(ApiCaller.TenantOf(context.User), cancellationToken)).FirstOrDefault(row => row.Definition.Name == name) ?? throw NoSchedule();

    /// <summary>The caller has no such schedule.</summary>
    public static ApiException NoSchedule() =>
        new(StatusCodes.Status404NotFound, "no-such-schedule", "There is no such schedule.", "GET /api/schedules lists yours.");

    /// <summary>A run, perhaps one that was going on already.</summary>
    private sealed record Started(long Run, bool IsNew, int Texts);

    /// <summary>The run to compare with.</summary>
    private sealed record Baseline(long Run);
}
