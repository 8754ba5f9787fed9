using Pipeline.Storage.Reviews;
using Pipeline.TextMetrics.Statistics;

namespace Pipeline.Scoring.Reviews;

/// <summary>What the ratings of a review say. Definitions: <c>docs/metrics.md</c>.</summary>
/// <param name="Documents">Documents that somebody rated.</param>
/// <param name="Reviewers">Who rated, in alphabetical order.</param>
/// <param name="Means">By recipe and criterion.</param>
/// <param name="Differences">By pair of recipes and criterion.</param>
/// <param name="Agreement">By criterion.</param>
public sealed record ReviewReport(
    int Documents, IReadOnlyList<string> Reviewers, IReadOnlyList<RatingMean> Means, IReadOnlyList<RatingDifference> Differences,
    IReadOnlyList<RatingAgreement> Agreement)
{
    /// <summary>Agreement is a matter of two.</summary>
    public const int MinimumReviewers = 2;

    /// <summary>Says it of all ratings of one review. Every reviewer of a document has rated all its summaries.</summary>
    public static ReviewReport Of(IReadOnlyList<RatedSummary> ratings)
    {
        ArgumentNullException.ThrowIfNull(ratings);
        string[] recipes = [.. ratings.Select(rated => rated.Recipe).Distinct().Order(StringComparer.Ordinal)];
        var means = new List<RatingMean>();
        var differences = new List<RatingDifference>();
        foreach (var criterion in Criterion.All)
        {
            var scores = recipes.ToDictionary(recipe => recipe, recipe => ByDocument(ratings, recipe, criterion));
            means.AddRange(recipes.Select(recipe => new RatingMean(
                recipe, criterion.Name, scores[recipe].Length, BootstrapInterval.OfMean(scores[recipe]) ?? default)));
            differences.AddRange(
                from a in Enumerable.Range(0, recipes.Length)
                from b in Enumerable.Range(a + 1, recipes.Length - a - 1)
                select new RatingDifference(recipes[a], recipes[b], criterion.Name, PairedTest.Compare(scores[recipes[a]], scores[recipes[b]]), HolmP: 1));
        }

        var adjusted = HolmCorrection.Adjust([.. differences.Select(difference => difference.Result.P)]);
        return new ReviewReport(
            ratings.Select(rated => rated.Rating.Document).Distinct().Count(),
            [.. ratings.Select(rated => rated.Reviewer).Distinct().Order(StringComparer.Ordinal)],
            means,
            [.. differences.Zip(adjusted, (difference, p) => difference with { HolmP = p })],
            [.. Criterion.All.Select(criterion => AgreementOn(ratings, criterion))]);
    }

    // Documents in order: pairs of two recipes belong to the same document.
    private static double[] ByDocument(IReadOnlyList<RatedSummary> ratings, string recipe, Criterion criterion) =>
    [
        .. ratings.Where(rated => rated.Recipe == recipe)
            .GroupBy(rated => rated.Rating.Document)
            .OrderBy(document => document.Key)
            .Select(document => document.Average(rated => criterion.Of(rated.Rating))),
    ];

    private static RatingAgreement AgreementOn(IReadOnlyList<RatedSummary> ratings, Criterion criterion)
    {
        var units = ratings.GroupBy(rated => (rated.Rating.Document, rated.Rating.Label))
            .Select(summary => summary.Select(rated => criterion.Of(rated.Rating)).ToArray())
            .Where(unit => unit.Length >= MinimumReviewers)
            .ToList();
        return new RatingAgreement(criterion.Name, units.Count, KrippendorffAlpha.Ordinal(units));
    }
}
