using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Pipeline.Scoring.Dashboard.Access;
using Pipeline.Scoring.Dashboard.Schedules;
using Pipeline.Scoring.Evaluations;
using Pipeline.Scoring.Http;
using Pipeline.Storage.Evaluations;

namespace Pipeline.Scoring.Dashboard.Actions;

/// <summary>What the buttons of a schedule's page do.</summary>
internal static class ScheduleActions
{
    /// <summary>Maps them.</summary>
    public static void MapScheduleActions(this IEndpointRouteBuilder endpoints)
    {
        var actions = endpoints.MapGroup("/schedules").RequireAuthorization(Policy.Write).WithMetadata(new TenantPageAttribute());
        actions.MapPost("/run", RunAsync);
        actions.MapPost("/pause", (
            [FromForm] long schedule, ClaimsPrincipal user, ScheduleStore store, ILogger<ScheduleDesk> logger, CancellationToken cancellationToken) =>
            PauseAsync(schedule, paused: true, user, store, logger, cancellationToken));
        actions.MapPost("/resume", (
            [FromForm] long schedule, ClaimsPrincipal user, ScheduleStore store, ILogger<ScheduleDesk> logger, CancellationToken cancellationToken) =>
            PauseAsync(schedule, paused: false, user, store, logger, cancellationToken));
        actions.MapPost("/remove", RemoveAsync);
        actions.MapPost("/baseline", SetBaselineAsync);
    }

    private static async Task<RedirectHttpResult> RunAsync(
        [FromForm] long schedule, ClaimsPrincipal user, ScheduleStore store, ScheduleDesk desk, ILogger<ScheduleDesk> logger,
        CancellationToken cancellationToken)
    {
        var start = await desk.RunNowAsync(await FindAsync(schedule, user, store, cancellationToken), cancellationToken);
        Note(logger, user, "run", schedule);
        return TypedResults.Redirect($"/schedules/{schedule}?{(start.IsNew ? "started" : "open")}={start.Run}");
    }

    private static async Task<RedirectHttpResult> PauseAsync(
        long schedule, bool paused, ClaimsPrincipal user, ScheduleStore store, ILogger logger, CancellationToken cancellationToken)
    {
        await store.PauseAsync((await FindAsync(schedule, user, store, cancellationToken)).Id, paused, cancellationToken);
        Note(logger, user, paused ? "pause" : "resume", schedule);
        return TypedResults.Redirect($"/schedules/{schedule}");
    }

    private static async Task<RedirectHttpResult> RemoveAsync(
        [FromForm] long schedule, ClaimsPrincipal user, ScheduleStore store, ILogger<ScheduleDesk> logger, CancellationToken cancellationToken)
    {
        await store.RemoveAsync((await FindAsync(schedule, user, store, cancellationToken)).Id, cancellationToken);
        Note(logger, user, "remove", schedule);
        return TypedResults.Redirect("/schedules?removed=1");
    }

    private static async Task<RedirectHttpResult> SetBaselineAsync(
        [FromForm] long schedule, [FromForm] long run, ClaimsPrincipal user, ScheduleStore store, ILogger<ScheduleDesk> logger,
        CancellationToken cancellationToken)
    {
        await store.SetBaselineAsync(await FindAsync(schedule, user, store, cancellationToken), run, cancellationToken);
        Note(logger, user, "baseline", schedule);
        return TypedResults.Redirect($"/schedules/{schedule}?baseline={run}");
    }

    private static async Task<ScheduleRow> FindAsync(long id, ClaimsPrincipal user, ScheduleStore store, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) is { } row && row.IsSeenBy(user.Tenant()) ? row : throw ScheduleEndpoints.NoSchedule();

    private static void Note(ILogger logger, ClaimsPrincipal user, string action, long schedule) =>
        logger.ScheduleTouched(user.Identity?.Name ?? "", action, schedule);
}
