using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Pipeline.Scoring.Dashboard.Access;
using Pipeline.Scoring.Reviews;
using Pipeline.Storage;
using Pipeline.Storage.Reviews;

namespace Pipeline.Scoring.Dashboard.Actions;

/// <summary>Takes the ratings of a document, and ends a review.</summary>
internal static class ReviewActions
{
    /// <summary>What went wrong, as the page is told.</summary>
    public const string Incomplete = "incomplete";

    /// <summary>Maps both.</summary>
    public static void MapReviewActions(this IEndpointRouteBuilder endpoints)
    {
        var actions = endpoints.MapGroup("/reviews/{id:long}").RequireAuthorization(Policy.Write).WithMetadata(new TenantPageAttribute());
        actions.MapPost("/ratings", RateAsync);
        actions.MapPost("/close", CloseAsync);
    }

    /// <summary>Name of the form field for a rating.</summary>
    public static string Field(string label, Criterion criterion) => $"{label}-{criterion.Name}";

    /// <summary>The page on which a reviewer rates; without a document the next one that is not rated.</summary>
    public static string Page(long review, string reviewer, int? document = null, string? problem = null) =>
        $"/reviews/{review}" + QueryString.Create(new Dictionary<string, string?>
        {
            ["reviewer"] = reviewer, ["document"] = document?.ToString(CultureInfo.InvariantCulture), ["problem"] = problem,
        }.Where(pair => pair.Value is not null));

    private static async Task<Results<RedirectHttpResult, BadRequest, NotFound>> RateAsync(
        long id, [FromForm] string? reviewer, [FromForm] int document, HttpRequest request, ClaimsPrincipal user, ReviewStore reviews,
        ReviewRatings ratings, CancellationToken cancellationToken)
    {
        if (Reviewer.Clean(reviewer) is not { } who)
        {
            return TypedResults.BadRequest();
        }

        if (await reviews.FindAsync(id, user.Tenant(), cancellationToken) is null
            || await ratings.DocumentAsync(id, document, cancellationToken) is not { } shown)
        {
            return TypedResults.NotFound();
        }

        var form = await request.ReadFormAsync(cancellationToken);
        var given = new List<SummaryRating>();
        foreach (var summary in shown.Summaries)
        {
            int?[] marks = [.. Criterion.All.Select(criterion => Mark(form[Field(summary.Label, criterion)]))];
            if (marks is not [{ } consistency, { } density, { } readability])
            {
                return TypedResults.Redirect(Page(id, who, document, Incomplete));
            }

            given.Add(new SummaryRating(document, summary.Label, consistency, density, readability));
        }

        try
        {
            await ratings.SaveAsync(id, who, given, replaceAll: false, cancellationToken);
        }
        catch (PipelineStorageException)
        {
            // Closed since it was asked for: the page says so.
        }

        return TypedResults.Redirect(Page(id, who));
    }

    // A form field makes the endpoint one that antiforgery guards.
    private static async Task<Results<RedirectHttpResult, NotFound>> CloseAsync(
        long id, [FromForm] string? reason, ClaimsPrincipal user, ReviewStore reviews, CancellationToken cancellationToken)
    {
        _ = reason;
        if (await reviews.FindAsync(id, user.Tenant(), cancellationToken) is null)
        {
            return TypedResults.NotFound();
        }

        await reviews.CloseAsync(id, cancellationToken);
        return TypedResults.Redirect($"/reviews/{id}/report");
    }

    private static int? Mark(string? value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var mark) && mark is >= SummaryRating.Lowest and <= SummaryRating.Highest
            ? mark
            : null;
}
