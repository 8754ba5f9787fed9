using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using Pipeline.Scoring.Comparison;
using Pipeline.Scoring.Dashboard.Queries;
using Pipeline.ServiceDefaults.Http;
using Pipeline.Storage.Reports;
using Pipeline.TextMetrics.Statistics;

namespace Pipeline.Scoring.Http;

/// <summary><c>/api/compare</c>: two recipes on the documents of a batch.</summary>
internal static class ComparisonEndpoint
{
    private const int MostDifferences = 100;

    // One point of ROUGE: what is said about sample sizes refers to it.
    private const double OnePoint = 0.01;

    /// <summary>Maps it.</summary>
    public static void MapCompare(this RouteGroupBuilder api) =>
        api.MapGet("/compare", CompareAsync).RequireAuthorization(ApiRoles.Reader).WithTags("Results")
            .WithSummary("Two recipes on the same documents: paired differences with intervals and p")
            .WithDescription("As 'compare' of the command line. A large batch takes its time: every document is read and resampled.")
            .ProducesProblems(400, 404, 410);

    private static async Task<Answer> CompareAsync(
        HttpContext context, TenantBatches batches, ComparisonQueries comparisons, [FromQuery, Description("Id or name.")] string batch,
        [FromQuery, Description("Recipe that is compared with.")] string a, [FromQuery, Description("Recipe that is compared.")] string b,
        [FromQuery, Description("Metrics; without any those that suit the batch.")] string[]? metric,
        [FromQuery, Description("Slices beside the whole batch: short, length.")] string[]? slice,
        [FromQuery, Description("ROUGE signature, when there are several.")] string? signature,
        [FromQuery, Description("How many documents with the largest differences of each sign, by the first metric: 0 to 100.")] int? differences,
        CancellationToken cancellationToken)
    {
        if (differences is < 0 or > MostDifferences)
        {
            throw new ApiException(
                StatusCodes.Status400BadRequest, "bad-limit", $"The number of differences is {differences}.", $"Send one between 0 and {MostDifferences}.");
        }

        var row = await BatchReads.FindAsync(batch, context, batches, cancellationToken);
        var compared = await comparisons.RunAsync(
            new BatchComparisonRequest(row.Id, row.Name, a, b)
            {
                Metrics = metric ?? [], Slices = slice ?? [], Signature = signature, Differences = differences ?? 0,
            },
            cancellationToken);
        return new(
            row.Id, a, b, compared.Signature, [.. compared.Rows.Select(result => ComparisonDocument.Of(result, OnePoint))], BootstrapInterval.DefaultSeed,
            compared.Resamples, compared.DifferencesBy,
            await DifferencesAsync(compared.Lower), await DifferencesAsync(compared.Higher));

        async Task<IReadOnlyList<Difference>> DifferencesAsync(IReadOnlyList<LineDifference> lines) =>
            lines.Count == 0
                ? []
                : [.. (await comparisons.TextsAsync(row.Id, a, b, lines, cancellationToken)).Select(document => new Difference(
                    document.Line.Line, document.Line.Id, document.Line.A, document.Line.B, document.Line.Change, document.SummaryA, document.SummaryB))];
    }

    private sealed record Answer(
        long Batch, string A, string B, string? RougeSignature, IReadOnlyList<ComparisonDocument> Comparisons, int Seed, int Resamples,
        string? DifferencesBy, IReadOnlyList<Difference> Lower, IReadOnlyList<Difference> Higher);

    private sealed record Difference(long Line, string Id, double A, double B, double Change, string SummaryA, string SummaryB);
}
